"""NaN and infinite values outside of the field of view are air; in much of the body, a refusal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Box, Volume, read_volume, write_volume
from PancreasSegLib.volume.not_finite import with_air
from Testing.sentences import assert_tells

FORMATS = [".nii", ".nii.gz", ".nrrd", ".mha"]


def body() -> np.ndarray:
    """(10, 20, 20) float32: a body of 40 HU in every slice, air of -1000 around it."""
    array = np.full((10, 20, 20), -1000, np.float32)
    array[:, 5:15, 3:17] = 40
    return array


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_columns_without_numbers_beside_the_body_are_air_in_every_format(
    suffix: str, value: float, any_affine: np.ndarray, tmp_path: Path
) -> None:
    array = body()
    array[:, :, :2] = value
    write_volume(Volume(array, any_affine), tmp_path / f"scan{suffix}")
    scan = read_volume(tmp_path / f"scan{suffix}")

    np.testing.assert_array_equal(scan.array, body())
    np.testing.assert_allclose(scan.affine, any_affine, atol=1e-4)
    assert scan.field_of_view == Box((0, 0, 2), (10, 20, 20))
    (warning,) = scan.warnings
    assert warning.startswith("10.0 % of the scan's voxels hold no number (NaN)")
    assert "taken for air" in warning


def test_a_number_too_large_for_single_precision_is_none(tmp_path: Path) -> None:
    array = body().astype(np.float64)
    array[0, 0, 0] = 1e300
    path = tmp_path / "scan.nrrd"
    sitk = pytest.importorskip("SimpleITK")
    sitk.WriteImage(sitk.GetImageFromArray(array), str(path))

    np.testing.assert_array_equal(read_volume(path).array, body())


@pytest.mark.parametrize("slices", [slice(0, 3), slice(6, 10)])
def test_whole_slices_without_numbers_at_an_end_are_beyond_the_field_of_view(
    slices: slice,
) -> None:
    array = body()
    array[slices] = np.nan
    scan = with_air(Volume(array, np.eye(4)), "The scan")

    assert (scan.array[slices] == -1000).all()
    seen = range(10)[3:] if slices.start == 0 else range(10)[:6]
    assert scan.field_of_view == Box((seen[0], 0, 0), (seen[-1] + 1, 20, 20))
    assert len(scan.warnings) == 1


def test_the_corners_beyond_an_oblique_round_field_of_view_are_no_holes() -> None:
    k, j, i = np.indices((10, 20, 20))
    array = body()
    array[(i - 9.5 - 0.5 * (k - 5)) ** 2 + (j - 9.5) ** 2 > 81] = np.nan
    scan = with_air(Volume(array, np.eye(4)), "The scan")

    assert np.isfinite(scan.array).all()
    assert len(scan.warnings) == 1


def test_a_few_holes_in_the_body_are_told_with_their_share() -> None:
    array = body()
    array[4, 7:9, 7:12] = np.nan
    scan = with_air(Volume(array, np.eye(4)), "The scan")

    assert (scan.array[4, 7:9, 7:12] == -1000).all()
    assert_tells(scan.warnings[1], "inside the body", "0.7 % of it", "slice by slice")


@pytest.mark.parametrize(
    "holes",
    [
        (slice(3, 7),),
        (slice(None), slice(6, 14), slice(5, 15)),
        (slice(None), slice(None), slice(None, None, 2)),
    ],
)
def test_holes_in_much_of_the_body_are_refused(holes: tuple[slice, ...]) -> None:
    array = body()
    array[holes] = np.nan

    with pytest.raises(InputError, match=r"^The scan holds .* in [0-9.]+ % of the body; export it"):
        with_air(Volume(array, np.eye(4)), "The scan")


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64])
def test_a_scan_of_numbers_alone_is_left_as_it_is(dtype: type) -> None:
    scan = Volume(body().astype(dtype), np.eye(4), "CT", ("a doubt",))

    assert with_air(scan, "The scan") is scan


def test_earlier_doubts_and_the_modality_are_kept() -> None:
    array = body()
    array[0, 0, 0] = np.nan
    scan = with_air(Volume(array, np.eye(4), "CT", ("a doubt",)), "The scan")

    assert scan.modality == "CT"
    assert scan.warnings[0] == "a doubt"
    assert scan.warnings[1].startswith("Less than 0.1 % of the scan's voxels")
