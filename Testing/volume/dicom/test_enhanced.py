"""Enhanced multi-frame CT: one file, every frame with its own place and rescale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import RLELossless

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from Testing.volume.dicom.dicom_files import (
    CT,
    enhanced_ct,
    even,
    set_pixels,
    values_at,
    without_pixels,
    write,
)

STORED = [values_at(k).astype(np.int32) + 1024 for k in range(4)]
PLACES = even(4)
AFFINE = [[0.75, 0, 0, 10], [0, 0.5, 0, 20], [0, 0, 2, -100], [0, 0, 0, 1]]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
@pytest.mark.parametrize("as_folder", [False, True])
def test_frames_lie_where_each_of_them_says(
    order: list[int], as_folder: bool, tmp_path: Path
) -> None:
    file = enhanced_ct([STORED[k] for k in order], [PLACES[k] for k in order])
    folder = write(tmp_path, [file], "IM{}")
    scan = read_volume(folder if as_folder else folder / "IM900")

    np.testing.assert_array_equal(scan.array, [values_at(k) for k in range(4)])
    np.testing.assert_allclose(scan.affine, AFFINE)
    assert scan.modality == "CT"
    assert scan.warnings == ()


def test_frames_may_have_a_rescale_of_their_own(tmp_path: Path) -> None:
    rescale = [(2.0, -1024.0), (1.0, -1000.0), (0.5, -1024.0), (1.0, 0.0)]
    file = enhanced_ct(STORED, PLACES, rescale)
    scan = read_volume(write(tmp_path, [file]))

    expected = [
        slope * stored + intercept
        for stored, (slope, intercept) in zip(STORED, rescale, strict=True)
    ]
    np.testing.assert_allclose(scan.array, expected)


def test_packed_frames_are_read(tmp_path: Path) -> None:
    file = enhanced_ct(STORED, PLACES)
    file.compress(RLELossless)
    scan = read_volume(write(tmp_path, [file]))

    np.testing.assert_array_equal(scan.array, [values_at(k) for k in range(4)])


def test_a_missing_frame_is_filled_in(tmp_path: Path) -> None:
    there = [0, 1, 3]
    file = enhanced_ct([STORED[k] for k in there], [PLACES[k] for k in there])
    scan = read_volume(write(tmp_path, [file]))

    np.testing.assert_array_equal(scan.array, [values_at(k) for k in range(4)])
    np.testing.assert_allclose(scan.affine, AFFINE)
    assert "1 of 4 DICOM slices are missing (3," in scan.warnings[0]


@pytest.mark.parametrize("told_by", ["TemporalPositionIndex", "FrameAcquisitionNumber", "StackID"])
def test_volumes_in_one_file_are_phases(told_by: str, tmp_path: Path) -> None:
    values = {"StackID": ["1", "2"]}.get(told_by, [9, 32])
    content = [{told_by: values[n % 2]} for n in range(8)]
    stored = [STORED[n // 2] + n % 2 for n in range(8)]
    folder = write(
        tmp_path, [enhanced_ct(stored, [PLACES[n // 2] for n in range(8)], None, content)]
    )

    with pytest.raises(InputError, match="series of 2 volumes"):
        read_volume(folder)
    for phase in (1, 2):
        scan = read_volume(folder, phase=phase)
        np.testing.assert_array_equal(scan.array, [values_at(k) + phase - 1 for k in range(4)])
        np.testing.assert_allclose(scan.affine, AFFINE)


def test_one_file_for_each_phase_is_several_phases(tmp_path: Path) -> None:
    files = [
        enhanced_ct([stored + n for stored in STORED], PLACES, number=n, AcquisitionNumber=n)
        for n in (1, 2)
    ]
    scan = read_volume(write(tmp_path, files), phase=2)

    np.testing.assert_array_equal(scan.array, [values_at(k) + 2 for k in range(4)])


def test_frames_without_a_place_of_their_own_are_refused(tmp_path: Path) -> None:
    file = without_pixels(CT, 1, "CT")
    file.ImagePositionPatient, file.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
    set_pixels(file, np.stack(STORED), signed=False)

    with pytest.raises(InputError, match="does not say where each of them lies"):
        read_volume(write(tmp_path, [file]))


def test_a_cut_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, [enhanced_ct(STORED, PLACES)]) / "0900.dcm"
    whole = path.read_bytes()

    for length in [*range(140, len(whole), 67), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"0900\.dcm is damaged or cut short"):
            read_volume(tmp_path)
