"""Several volumes in one series: never silently the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from PancreasSegLib.volume.dicom.reading import count_phases
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import ct_series, ct_slice, even, values_at, write

COUNT = 4
ORDERS = {
    "temporal position": lambda phase, k: {"TemporalPositionIdentifier": 10 * phase - 1},
    "acquisition number": lambda phase, k: {"AcquisitionNumber": phase + 8},
    "trigger time": lambda phase, k: {"TriggerTime": 33.5 * phase},
    "acquisition time": lambda phase, k: {"AcquisitionTime": f"1015{phase}0.5"},
    "kind of image": lambda phase, k: {"ImageType": ["DERIVED", "PRIMARY", "AXIAL", f"VM{phase}"]},
    "content time": lambda phase, k: {"ContentTime": f"1015{10 * phase + k}"},
    "instance number": lambda phase, k: {},
}


def series_of_phases(folder: Path, order: str, phases: int = 2) -> Path:
    """The last phase is written first."""
    slices = []
    for phase in range(phases, 0, -1):
        for k, position in enumerate(even(COUNT)):
            number = 100 * phase + k
            tags: dict[str, Any] = ORDERS[order](phase, k)
            slices.append(ct_slice(values_at(k) + phase, position, number, **tags))
    return write(folder, slices)


@pytest.mark.parametrize("order", ORDERS)
def test_a_series_of_phases_asks_which_and_gives_each(order: str, tmp_path: Path) -> None:
    folder = series_of_phases(tmp_path, order)

    with pytest.raises(InputError) as told:
        read_volume(folder)
    assert_tells(told.value, str(folder), "2 volumes", order, "--phase 1 to 2", "--phase all")
    assert count_phases(folder) == 2
    for phase in (1, 2):
        scan = read_volume(folder, phase=phase)
        np.testing.assert_array_equal(scan.array, [values_at(k) + phase for k in range(COUNT)])
        np.testing.assert_allclose(scan.grid.origin, [10.0, 20.0, -100.0])
        np.testing.assert_allclose(scan.grid.spacing, [0.75, 0.5, 2.0])
        assert scan.warnings == ()


def test_ten_phases_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = series_of_phases(tmp_path, "temporal position", phases=10)

    assert read_volume(folder, phase=10).array[0, 0, 0] == values_at(0)[0, 0] + 10


@pytest.mark.parametrize("phase", [0, 3, -1])
def test_a_phase_that_is_not_there_is_refused(phase: int, tmp_path: Path) -> None:
    folder = series_of_phases(tmp_path, "acquisition number")

    with pytest.raises(InputError, match=f"holds 2 volumes.* no phase {phase}"):
        read_volume(folder, phase=phase)


def test_the_first_phase_of_one_is_the_scan(tmp_path: Path) -> None:
    folder = write(tmp_path, ct_series(even(3)))

    assert read_volume(folder, phase=1).grid.is_same_as(read_volume(folder).grid)
    with pytest.raises(InputError, match="no phase 2"):
        read_volume(folder, phase=2)


def test_phases_may_cover_different_lengths(tmp_path: Path) -> None:
    short = [ct_slice(values_at(k), place, k + 1) for k, place in enumerate(even(3))]
    long = [
        ct_slice(values_at(k) + 7, place, k + 50, AcquisitionNumber=2)
        for k, place in enumerate(even(5, start=(10.0, 20.0, -102.0)))
    ]
    folder = write(tmp_path, [*short, *long])

    assert len(read_volume(folder, phase=1).array) == 3
    scan = read_volume(folder, phase=2)
    np.testing.assert_array_equal(scan.array, [values_at(k) + 7 for k in range(5)])
    np.testing.assert_allclose(scan.grid.origin, [10.0, 20.0, -102.0])


def test_phases_whose_tables_moved_are_parted_as_well(tmp_path: Path) -> None:
    moved = even(6, start=(10.0, 20.0, -99.3))
    folder = write(
        tmp_path,
        [
            *[ct_slice(values_at(k), place, k) for k, place in enumerate(even(6))],
            *[
                ct_slice(values_at(k), place, k + 9, AcquisitionNumber=2)
                for k, place in enumerate(moved)
            ],
        ],
    )

    np.testing.assert_allclose(read_volume(folder, phase=2).grid.origin, moved[0])


def test_pieces_of_one_volume_are_one_volume(tmp_path: Path) -> None:
    slices = [
        ct_slice(values_at(k), place, k, AcquisitionNumber=1 + k // 3)
        for k, place in enumerate(even(6))
    ]

    assert read_volume(write(tmp_path, slices)).array.shape[0] == 6


def test_pieces_far_apart_are_no_phases(tmp_path: Path) -> None:
    places = even(3) + even(3, start=(10.0, 20.0, 50.0))
    slices = [
        ct_slice(values_at(k), place, k, AcquisitionNumber=1 + k // 3)
        for k, place in enumerate(places)
    ]

    with pytest.raises(InputError, match="lacks DICOM slices"):
        read_volume(write(tmp_path, slices))


def test_slices_that_nothing_tells_apart_are_refused(tmp_path: Path) -> None:
    slices = [ct_slice(values_at(0), even(2)[n % 2], n, InstanceNumber=1) for n in range(4)]

    with pytest.raises(InputError, match="several DICOM slices at the same position"):
        read_volume(write(tmp_path, slices))
