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
from pydicom import Dataset
from pydicom.sr.coding import Code

from PancreasSegLib.errors import InputError, OutputError
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


def assert_is_refused(folder: Path, *facts: str) -> str:
    """By the check before the work, and by the writing after it, in the same sentence."""
    with pytest.raises(OutputError) as before:
        check_segmentation_object(folder.parent / "mask.dcm", folder)
    with pytest.raises(OutputError) as after:
        written(folder)
    assert str(before.value) == str(after.value)
    assert_tells(after.value, "mask.dcm cannot be written", *facts)
    assert not (folder.parent / "mask.dcm").exists()
    return str(after.value)


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


def test_an_empty_mask_is_written_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    scan = read_volume(folder)
    empty = Volume(np.zeros(scan.array.shape, np.uint8), scan.affine)
    write_segmentation_object(empty, tmp_path / "mask.dcm", folder, "multiview-ct")
    content = pydicom.dcmread(tmp_path / "mask.dcm")

    assert not content.pixel_array.any()
    assert not caplog.records


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


@pytest.mark.parametrize(
    ("character_set", "name"),
    [
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
        ("ISO 2022 IR 100", "Müller^Jürgen"),
        ("ISO_IR 6", "Doe^Jane"),
        ("ISO_IR 100", "Müller^Jürgen"),
        ("ISO_IR 144", "Иванов^Пётр"),
        ("ISO_IR 192", "Wang^XiaoDong=王^小东"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
        ("", "Doe^Jane"),
    ],
)
def test_names_in_any_character_set_stay_as_they_are(
    character_set: Any, name: str, tmp_path: Path
) -> None:
    other = Dataset()
    other.PatientID, other.IssuerOfPatientID = "4711", name.split("=")[-1]
    slices = ct_series(even(6), SpecificCharacterSet=character_set)
    for one in slices:
        one.PatientName = name
        one.OtherPatientIDsSequence = [other]
    _, content = written(write(tmp_path / "scan", slices))

    assert content.PatientName == name
    assert content.OtherPatientIDsSequence[0].IssuerOfPatientID == name.split("=")[-1]


def test_where_no_character_set_is_named_the_bytes_of_a_name_stay(tmp_path: Path) -> None:
    slices = ct_series(even(6), PatientName="M\xfcller^J")
    _, content = written(write(tmp_path / "scan", slices))

    assert content.PatientName.original_string == b"M\xfcller^J"


def test_orientations_that_differ_by_rounding_are_taken_for_one(tmp_path: Path) -> None:
    slices = ct_series(even(6))
    for k, one in enumerate(slices):
        one.ImageOrientationPatient = [1, 1e-6 * k, 0, 0, 1, 0]
    _, content = written(write(tmp_path / "scan", slices))

    shared = content.SharedFunctionalGroupsSequence[0]
    assert shared.PlaneOrientationSequence[0].ImageOrientationPatient == [1, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("told", ["nowhere", "as nothing"])
def test_slices_that_tell_no_thickness_are_as_thick_as_they_lie_apart(
    told: str, tmp_path: Path
) -> None:
    slices = ct_series(even(6, step=2.5))
    for one in slices:
        del one.SliceThickness
        if told == "as nothing":
            one.SliceThickness = None
    _, content = written(write(tmp_path / "scan", slices))

    shared = content.SharedFunctionalGroupsSequence[0]
    assert shared.PixelMeasuresSequence[0].SliceThickness == 2.5


def test_a_value_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    """Four bytes that are said to be a number of eight."""
    folder = write(tmp_path / "scan", ct_series(even(6), PatientWeight=70.5))
    for path in folder.iterdir():
        content = path.read_bytes()
        assert b"DS\4\x0070.5" in content
        path.write_bytes(content.replace(b"DS\4\x0070.5", b"FD\4\x0070.5"))
    _, made = written(folder)

    assert "PatientWeight" not in made
    assert made.PatientName == SECRETS["PatientName"]


LACKING = ["FrameOfReferenceUID", "StudyInstanceUID", "SOPClassUID"]


@pytest.mark.parametrize("lacking", LACKING)
def test_what_the_files_lack_is_named(lacking: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6), **{lacking: None}))

    assert_is_refused(folder, lacking, ".nii.gz")


@pytest.mark.parametrize("differing", ["StudyInstanceUID", "FrameOfReferenceUID"])
def test_what_must_be_the_same_in_all_slices_is_named(differing: str, tmp_path: Path) -> None:
    slices = ct_series(even(6))
    setattr(slices[4], differing, f"{ROOT}.99")

    assert_is_refused(write(tmp_path / "scan", slices), f"differ in their {differing}", ".nii.gz")


def test_what_highdicom_refuses_besides_is_told_without_the_header(tmp_path: Path) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6), PixelSpacing=None))

    refusal = assert_is_refused(folder, "highdicom does not take the headers", "AttributeError")
    assert "Dataset" not in refusal


def test_a_scan_in_several_multi_frame_files_is_refused(tmp_path: Path) -> None:
    files = [
        enhanced_ct(STORED[:3], even(6)[:3], number=1),
        enhanced_ct(STORED[3:], even(6)[3:], number=2),
    ]

    assert_is_refused(write(tmp_path / "scan", files), "several multi-frame files")


def test_a_scan_of_which_all_can_be_written_passes_the_check(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write(tmp_path / "scan", ct_series(even(6)))
    before = sorted(tmp_path.rglob("*"))
    check_segmentation_object(tmp_path / "mask.dcm", folder)

    assert sorted(tmp_path.rglob("*")) == before
    assert not caplog.records


def test_the_check_looks_at_the_series_and_phase_that_are_meant(tmp_path: Path) -> None:
    lacking = {"FrameOfReferenceUID": None}
    folder = write(tmp_path / "scan", ct_series(even(6), series=2, **lacking))
    write(folder, ct_series(even(6), series=3), start=500)
    check_segmentation_object(tmp_path / "mask.dcm", folder, "3", 1)

    with pytest.raises(OutputError, match="FrameOfReferenceUID"):
        check_segmentation_object(tmp_path / "mask.dcm", folder, "2")
    with pytest.raises(InputError, match="2 DICOM series"):
        check_segmentation_object(tmp_path / "mask.dcm", folder)
    with pytest.raises(InputError, match="no phase 2"):
        check_segmentation_object(tmp_path / "mask.dcm", folder, "3", 2)


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
