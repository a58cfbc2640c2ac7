"""A mask as DICOM SEG, read back with highdicom and pydicom."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.sr.coding import Code

from PancreasSegLib.errors import OutputError
from PancreasSegLib.version import __version__
from PancreasSegLib.volume import Volume, read_volume, write_volume
from PancreasSegLib.volume.dicom.segmentation_object import (
    check_segmentation_object,
    write_segmentation_object,
)
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import (
    CT,
    ENHANCED_CT,
    ROOT,
    SECRETS,
    ct_series,
    ct_slice,
    enhanced_ct,
    even,
    values_at,
    write,
)

STORED = [values_at(k).astype(np.int32) + 1024 for k in range(6)]


def written(folder: Path, **choice: Any) -> tuple[Volume, pydicom.FileDataset]:
    """A mask on the slices 1, 2 and 4 of a scan, and the SEG of it."""
    scan = read_volume(folder, **choice)
    array = np.zeros(scan.array.shape, np.uint8)
    array[1, 0, 1:3], array[2, 1, 0], array[4, 2, 3] = 1, 1, 1
    mask = Volume(array, scan.affine)
    output = folder.parent / "mask.dcm"
    write_segmentation_object(mask, output, folder, "multiview-ct", **choice)
    return mask, pydicom.dcmread(output)


def frames_by_place(content: pydicom.FileDataset) -> dict[float, tuple[np.ndarray, Any]]:
    """Pixels and functional groups of each frame by its z."""
    pixels = content.pixel_array.reshape(-1, content.Rows, content.Columns)
    return {
        round(float(group.PlanePositionSequence[0].ImagePositionPatient[2]), 3): (frame, group)
        for frame, group in zip(pixels, content.PerFrameFunctionalGroupsSequence, strict=True)
    }


def source_of(group: Any) -> Any:
    return group.DerivationImageSequence[0].SourceImageSequence[0]


def test_each_frame_lies_on_its_slice_and_refers_to_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    mask, content = written(folder)
    frames = frames_by_place(content)

    assert sorted(frames) == [-98.0, -96.0, -92.0]
    for k in (1, 2, 4):
        pixels, group = frames[-100.0 + 2 * k]
        np.testing.assert_array_equal(pixels, mask.array[k])
        assert source_of(group).ReferencedSOPInstanceUID == f"{ROOT}.1.{k + 1}"
        assert source_of(group).ReferencedSOPClassUID == CT
        np.testing.assert_allclose(
            group.PlanePositionSequence[0].ImagePositionPatient, [10, 20, -100 + 2 * k]
        )
    shared = content.SharedFunctionalGroupsSequence[0]
    assert shared.PlaneOrientationSequence[0].ImageOrientationPatient == [1, 0, 0, 0, 1, 0]
    assert shared.PixelMeasuresSequence[0].PixelSpacing == [0.5, 0.75]
    assert content.FrameOfReferenceUID == f"{ROOT}.2"


def test_all_slices_of_the_scan_are_named_as_its_series(tmp_path: Path) -> None:
    _, content = written(write(tmp_path / "scan", ct_series(even(6))))
    (series,) = content.ReferencedSeriesSequence

    assert series.SeriesInstanceUID == f"{ROOT}.1"
    assert {one.ReferencedSOPInstanceUID for one in series.ReferencedInstanceSequence} == {
        f"{ROOT}.1.{number}" for number in range(1, 7)
    }


def test_the_segment_is_the_pancreas_and_tells_what_made_it(tmp_path: Path) -> None:
    _, content = written(write(tmp_path / "scan", ct_series(even(6))))
    (segment,) = highdicom.seg.Segmentation.from_dataset(content).SegmentSequence

    assert segment.SegmentLabel == "Pancreas"
    assert segment.segmented_property_type == Code("15776009", "SCT", "Pancreas")
    assert segment.segmented_property_category.value == "123037004"
    assert segment.algorithm_type.value == "AUTOMATIC"
    (algorithm,) = segment.SegmentationAlgorithmIdentificationSequence
    assert algorithm.AlgorithmName == "PancreasSeg multiview-ct"
    assert algorithm.AlgorithmVersion == __version__
    assert content.Modality == "SEG"
    assert content.SegmentationType == "BINARY"
    assert content.Manufacturer == "PancreasSeg"
    assert "not for diagnosis" in content.ContentDescription


def test_highdicom_gives_the_mask_back_on_the_scans_grid(tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    mask, content = written(folder)
    read = highdicom.seg.Segmentation.from_dataset(content).get_volume(combine_segments=True)
    ours = read.to_patient_orientation("LPH")

    np.testing.assert_array_equal(ours.array.transpose(2, 1, 0), mask.array[1:5])
    np.testing.assert_allclose(ours.affine[:3, 3], mask.grid.to_world(np.array([[0, 0, 1]]))[0])
    np.testing.assert_allclose(ours.spacing, [0.75, 0.5, 2.0])


def test_it_belongs_to_the_patient_and_study_of_the_scan(tmp_path: Path) -> None:
    _, content = written(write(tmp_path / "scan", ct_series(even(6))))

    for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "AccessionNumber"):
        assert str(content[keyword].value) == SECRETS[keyword]
    assert content.SeriesInstanceUID != f"{ROOT}.1"
    assert content.SeriesNumber == 300


def test_under_a_tilted_gantry_each_frame_keeps_its_own_place(tmp_path: Path) -> None:
    places = [(10.0, 20.0 + 0.6 * k, -100.0 + 2 * k) for k in range(6)]
    _, content = written(write(tmp_path / "scan", ct_series(places)))

    for k in (1, 2, 4):
        _, group = frames_by_place(content)[-100.0 + 2 * k]
        np.testing.assert_allclose(group.PlanePositionSequence[0].ImagePositionPatient, places[k])


def test_slices_that_were_filled_in_have_no_frame(tmp_path: Path) -> None:
    slices = ct_series(even(6))
    del slices[2]
    mask, content = written(write(tmp_path / "scan", slices))
    frames = frames_by_place(content)

    assert mask.array[2].any()
    assert sorted(frames) == [-98.0, -92.0]
    assert source_of(frames[-92.0][1]).ReferencedSOPInstanceUID == f"{ROOT}.1.5"


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [5, 2, 0, 1, 4, 3]])
def test_of_a_multi_frame_file_the_frames_are_named(order: list[int], tmp_path: Path) -> None:
    places = even(6)
    file = enhanced_ct([STORED[k] for k in order], [places[k] for k in order])
    mask, content = written(write(tmp_path / "scan", [file]))
    frames = frames_by_place(content)

    assert sorted(frames) == [-98.0, -96.0, -92.0]
    for k in (1, 2, 4):
        pixels, group = frames[-100.0 + 2 * k]
        np.testing.assert_array_equal(pixels, mask.array[k])
        assert source_of(group).ReferencedSOPInstanceUID == f"{ROOT}.1.1"
        assert source_of(group).ReferencedSOPClassUID == ENHANCED_CT
        assert source_of(group).ReferencedFrameNumber == order.index(k) + 1


def test_of_several_phases_the_chosen_one_is_named(tmp_path: Path) -> None:
    slices = [
        ct_slice(values_at(k) + phase, place, 10 * phase + k, AcquisitionNumber=phase)
        for phase in (1, 2)
        for k, place in enumerate(even(6))
    ]
    _, content = written(write(tmp_path / "scan", slices), phase=2)

    for k in (1, 2, 4):
        _, group = frames_by_place(content)[-100.0 + 2 * k]
        assert source_of(group).ReferencedSOPInstanceUID == f"{ROOT}.1.{20 + k}"


def test_phases_in_one_multi_frame_file_are_told_apart(tmp_path: Path) -> None:
    content_of = [{"TemporalPositionIndex": 1 + n % 2} for n in range(12)]
    file = enhanced_ct(
        [STORED[n // 2] for n in range(12)], [even(6)[n // 2] for n in range(12)], None, content_of
    )
    mask, content = written(write(tmp_path / "scan", [file]), phase=2)
    frames = frames_by_place(content)

    assert sorted(frames) == [-98.0, -96.0, -92.0]
    for k in (1, 2, 4):
        pixels, group = frames[-100.0 + 2 * k]
        np.testing.assert_array_equal(pixels, mask.array[k])
        assert source_of(group).ReferencedFrameNumber == 2 * k + 2


def test_the_slices_of_a_zip_file_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    _, content = written(Path(shutil.make_archive(str(folder), "zip", folder)))

    assert source_of(frames_by_place(content)[-92.0][1]).ReferencedSOPInstanceUID == f"{ROOT}.1.5"


def test_an_empty_mask_is_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    scan = read_volume(folder)
    empty = Volume(np.zeros(scan.array.shape, np.uint8), scan.affine)
    write_segmentation_object(empty, tmp_path / "mask.dcm", folder, "multiview-ct")
    content = pydicom.dcmread(tmp_path / "mask.dcm")

    assert not content.pixel_array.any()


@pytest.mark.parametrize(
    "odd",
    [
        {"PatientID": None, "PatientName": None, "StudyDate": None, "AccessionNumber": None},
        {"StudyDate": "2024.1.5", "PatientBirthDate": "unknown", "PatientSex": "FEMALE-SECRET"},
        {"StudyDate": "20249999", "StudyTime": "999999", "PatientBirthDate": ""},
    ],
)
def test_headers_that_are_incomplete_or_odd_are_taken_without_a_word(
    odd: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: Any
) -> None:
    with pydicom.config.disable_value_validation():
        folder = write(tmp_path / "scan", ct_series(even(6), **odd))
    recwarn.clear()
    scan = read_volume(folder)
    mask = Volume(np.ones(scan.array.shape, np.uint8), scan.affine)
    write_segmentation_object(mask, tmp_path / "mask.dcm", folder, "multiview-ct")

    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


@pytest.mark.parametrize("lacking", ["FrameOfReferenceUID", "StudyInstanceUID"])
def test_what_the_files_lack_is_named(lacking: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6), **{lacking: None}))

    with pytest.raises(OutputError) as told:
        written(folder)
    assert_tells(told.value, "mask.dcm cannot be written", lacking, ".nii.gz")
    assert not (tmp_path / "mask.dcm").exists()


def test_a_scan_in_several_multi_frame_files_is_refused(tmp_path: Path) -> None:
    files = [
        enhanced_ct(STORED[:3], even(6)[:3], number=1),
        enhanced_ct(STORED[3:], even(6)[3:], number=2),
    ]

    with pytest.raises(OutputError, match="several multi-frame files"):
        written(write(tmp_path / "scan", files))


def test_a_scan_that_is_no_dicom_is_refused(tmp_path: Path) -> None:
    scan = Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4))
    write_volume(scan, tmp_path / "scan.nii.gz")

    with pytest.raises(OutputError) as told:
        check_segmentation_object(tmp_path / "mask.dcm", tmp_path / "scan.nii.gz")
    assert_tells(told.value, "mask.dcm", "scan.nii.gz is no DICOM", "ends in .nii.gz")


def test_without_highdicom_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(OutputError) as told:
        check_segmentation_object(tmp_path / "mask.dcm", folder)
    assert_tells(told.value, "mask.dcm", "highdicom", "pip install", ".nii.gz")


def test_files_that_were_changed_since_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    scan = read_volume(folder)
    mask = Volume(np.ones(scan.array.shape, np.uint8), scan.affine)
    (folder / "0895.dcm").unlink()

    with pytest.raises(OutputError, match="were changed while it was segmented"):
        write_segmentation_object(mask, tmp_path / "mask.dcm", folder, "multiview-ct")
    assert not (tmp_path / "mask.dcm").exists()
