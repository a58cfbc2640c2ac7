"""Slices in order, those that are missing, and slices that slide along under a tilted gantry."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import ct_slice, even, values_at, write

PLACES = even(8)
TILT = np.tan(np.deg2rad(20.0))


def write_slices(folder: Path, numbers: list[int], tilt: float = 0.0) -> Path:
    """The slices of these numbers, in a mixed order; each 100 HU above the one below."""
    mixed = [*numbers[1::2], *numbers[::2]]
    return write(
        folder,
        [
            ct_slice(values_at(k), (x, y + tilt * 2.0 * k, z), k + 1)
            for k in mixed
            for x, y, z in [PLACES[k]]
        ],
    )


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ([0, 1, 2, 4, 5, 6, 7], "1 of 8 DICOM slices are missing (4,"),
        ([0, 1, 2, 5, 6, 7], "2 of 8 DICOM slices are missing (4, 5,"),
        ([0, 2, 3, 4, 5, 7], "2 of 8 DICOM slices are missing (2, 7,"),
    ],
)
@pytest.mark.parametrize("tilt", [0.0, TILT])
def test_one_or_two_missing_slices_are_filled_in_and_told(
    there: list[int], told: str, tilt: float, tmp_path: Path
) -> None:
    scan = read_volume(write_slices(tmp_path, there, tilt))

    np.testing.assert_array_equal(scan.array, [values_at(k) for k in range(8)])
    np.testing.assert_allclose(scan.affine[:3, 2], [0.0, 2.0 * tilt, 2.0], atol=1e-9)
    np.testing.assert_allclose(scan.grid.origin, PLACES[0])
    (warning,) = scan.warnings
    assert_tells(warning, told, "filled in from their neighbours", "look at the result there")


def test_three_missing_slices_are_too_many(tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        read_volume(write_slices(tmp_path, [0, 1, 2, 6, 7]))
    assert_tells(told.value, str(tmp_path), "2.00 mm", "8.00 mm", "3 slices are missing", "copy")


@pytest.mark.parametrize("extra", [-91.0, -83.2, -80.0 - 0.5])
def test_a_slice_between_two_places_is_uneven(extra: float, tmp_path: Path) -> None:
    folder = write_slices(tmp_path, list(range(8)))
    write(folder, [ct_slice(values_at(0), (10.0, 20.0, extra), 99)], start=10)

    with pytest.raises(InputError, match=r"unevenly spaced DICOM slices \("):
        read_volume(folder)


def test_small_deviations_are_none(tmp_path: Path) -> None:
    places = [(10.0, 20.0, -100.0 + 2 * k + 0.05 * (k % 2)) for k in range(7)]
    slices = [ct_slice(values_at(k), place, k) for k, place in enumerate(places)]
    scan = read_volume(write(tmp_path, slices))

    assert scan.warnings == ()
    np.testing.assert_allclose(scan.affine[:3, 2], [0, 0, 2.0])


def test_a_tilted_gantry_shears_the_grid_and_every_voxel_keeps_its_place(tmp_path: Path) -> None:
    scan = read_volume(write_slices(tmp_path, list(range(8)), TILT))

    for k, (x, y, z) in enumerate(PLACES):
        here = scan.grid.to_world(np.array([[0, 0, k], [1, 0, k], [0, 1, k]]))
        y += TILT * 2.0 * k
        np.testing.assert_allclose(here, [[x, y, z], [x + 0.75, y, z], [x, y + 0.5, z]])
    assert scan.grid.voxel_ml == pytest.approx(0.75 * 0.5 * 2.0 / 1000)
