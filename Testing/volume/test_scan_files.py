"""Of which files a scan is made: a header's data files belong to it, a mask beside it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, write_volume
from PancreasSegLib.volume.image_file import image_of
from PancreasSegLib.volume.scan_files import scan_files
from Testing.volume.dicom.dicom_files import (
    DOSE_REPORT,
    SEGMENTATION,
    ct_series,
    even,
    set_pixels,
    without_pixels,
    write,
)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_a_file_with_all_in_it_is_alone(suffix: str, sheared_scan: Volume, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    write_volume(sheared_scan, path)
    write_volume(sheared_scan, tmp_path / "other.nii")

    assert scan_files(path) == {path.name: path}


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
def test_the_data_file_belongs_to_its_header(
    suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    path = tmp_path / f"Åse{suffix}"
    sitk.WriteImage(image_of(sheared_scan), str(path))
    (data,) = (file for file in tmp_path.iterdir() if file != path)

    assert scan_files(path) == {path.name: path, data.name: data}
    data.unlink()
    assert scan_files(path) == {path.name: path}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("scan.nhdr", "NRRD0004\ndimension: 3\ndata file: LIST\n1.raw\ndeeper/2 à.raw\n"),
        ("scan.nhdr", "NRRD0004\ndatafile: LIST 2\r\n1.raw\r\ndeeper/2 à.raw"),
        ("scan.mhd", "NDims = 3\nElementDataFile = LIST\n1.raw\ndeeper/2 à.raw\n"),
        ("scan.mhd", "NDims = 3\nElementDataFile = LIST 2D\n\n1.raw\ndeeper/2 à.raw\ngone.raw\n"),
    ],
)
def test_listed_data_files_belong_to_their_header(name: str, header: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(header.encode())
    (tmp_path / "deeper").mkdir()
    for raw in ("1.raw", "deeper/2 à.raw", "3.raw"):
        (tmp_path / raw).write_bytes(b"voxels")

    assert list(scan_files(tmp_path / name)) == [name, "1.raw", "deeper/2 à.raw"]


def test_a_data_file_that_is_called_as_a_list_is_none(tmp_path: Path) -> None:
    header = "NRRD0004\ndata file: LISTE.raw\nother.raw\n\n"
    for name, content in (("scan.nhdr", header), ("LISTE.raw", "voxels"), ("other.raw", "voxels")):
        (tmp_path / name).write_text(content)

    assert list(scan_files(tmp_path / "scan.nhdr")) == ["scan.nhdr", "LISTE.raw"]


def test_numbered_data_files_belong_to_their_header(tmp_path: Path) -> None:
    (tmp_path / "scan.mhd").write_text("NDims = 3\nElementDataFile = %03d.raw 1 3 2\n")
    for number in (1, 2, 3):
        (tmp_path / f"00{number}.raw").write_bytes(b"voxels")

    assert list(scan_files(tmp_path / "scan.mhd")) == ["scan.mhd", "001.raw", "003.raw"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three slices in a folder, its own and a linked one, and beside them what is no scan."""
    slices = ct_series(even(3))
    folder = write(tmp_path / "scan", slices[:1])
    write(folder / "inner", slices[1:2])
    write(tmp_path / "elsewhere", slices[2:])
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    mask = without_pixels(SEGMENTATION, 300, "SEG")
    set_pixels(mask, np.zeros((3, 3, 4)), signed=False)
    write(folder, [mask, without_pixels(DOSE_REPORT, 301, "SR")], start=800)
    for name in ("mask.nii.gz", "run.json", "DICOMDIR"):
        (folder / name).write_bytes(bytes(128) + b"DICM" + bytes(100))
    return folder


@pytest.mark.parametrize("given", [".", "DICOMDIR"])
def test_of_a_dicom_folder_only_the_slices_count(given: str, folder: Path) -> None:
    assert scan_files(folder / given) == {
        "0900.dcm": folder / "0900.dcm",
        "inner/0900.dcm": folder / "inner" / "0900.dcm",
        "more/0900.dcm": folder / "more" / "0900.dcm",
    }


def test_a_zip_file_is_alone(folder: Path) -> None:
    packed = Path(shutil.make_archive(str(folder), "zip", folder))

    assert scan_files(packed) == {"scan.zip": packed}


@pytest.mark.parametrize("name", ["gone.nii.gz", "gone.mhd", "gone"])
def test_what_is_not_there_has_no_files(name: str, tmp_path: Path) -> None:
    assert scan_files(tmp_path / name) == {}


def test_a_header_with_a_file_that_cannot_be_looked_for_is_told_in_a_sentence(
    tmp_path: Path,
) -> None:
    header = tmp_path / "scan.nhdr"
    header.write_text(f"NRRD0004\ndata file: {'a' * 300}.raw\n\n")

    with pytest.raises(InputError, match=r"scan\.nhdr cannot be opened \(File name too long\)"):
        scan_files(header)
