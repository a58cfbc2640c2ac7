"""A scan as a folder of folders, without endings, with a DICOMDIR, or in a zip file."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_volume
from PancreasSegLib.volume.dicom import archive
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import ct_series, even, values_at, write

ROOT = Path(__file__).resolve().parents[3]
SERIES = even(6)


def assert_is_the_scan(scan: Volume) -> None:
    np.testing.assert_array_equal(scan.array, [values_at(k) for k in range(6)])
    expected = [[0.75, 0, 0, 10], [0, 0.5, 0, 20], [0, 0, 2, -100], [0, 0, 0, 1]]
    np.testing.assert_allclose(scan.affine, expected)


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """As on a CD: a DICOMDIR, a viewer, and slices without endings in nested folders."""
    folder = tmp_path / "disc"
    slices = ct_series(SERIES)
    write(folder / "DICOM" / "PAT0" / "ST0", slices[::2], "IM{}")
    write(folder / "DICOM" / "PAT0" / "ST1", slices[1::2], "IM{}")
    (folder / "DICOMDIR").write_bytes(bytes(128) + b"DICM" + bytes(100))
    (folder / "VIEWER.EXE").write_bytes(b"MZ" + bytes(500))
    (folder / "AUTORUN.INF").write_text("[autorun]")
    return folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by chmod, which binds nobody who may do everything."""
    scandir = os.scandir

    def guarded(path: Any) -> Any:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder))


@pytest.mark.parametrize("given", [".", "DICOMDIR", "DICOM/PAT0"])
def test_slices_in_nested_folders_make_one_scan(given: str, disc: Path) -> None:
    assert_is_the_scan(read_volume(disc / given))


def test_a_linked_folder_belongs_to_the_scan(tmp_path: Path) -> None:
    slices = ct_series(SERIES)
    folder = write(tmp_path / "scan", slices[:3])
    write(tmp_path / "elsewhere" / "deeper", slices[3:], start=800)
    (folder / "more").symlink_to(tmp_path / "elsewhere")

    assert_is_the_scan(read_volume(folder))


def test_a_folder_that_cannot_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "scan", ct_series(SERIES)[:3])
    locked = write(folder / "locked", ct_series(SERIES)[3:])
    lock(locked, monkeypatch)

    with pytest.raises(InputError) as told:
        read_volume(folder)
    assert_tells(told.value, f"The folder {locked} cannot be opened", "Permission denied")


def test_a_zip_file_is_read_and_nothing_of_it_stays(disc: Path, temporary: Path) -> None:
    assert_is_the_scan(read_volume(zipped(disc)))
    assert list(temporary.iterdir()) == []


def test_slices_without_preamble_and_magic_are_read(tmp_path: Path) -> None:
    for number, dataset in enumerate(ct_series(SERIES)):
        path = tmp_path / f"IM{number}"
        dataset.save_as(path, enforce_file_format=True)
        path.write_bytes(path.read_bytes()[132:])

    assert_is_the_scan(read_volume(tmp_path))


def test_a_damaged_slice_in_a_zip_file_is_told_by_its_name(disc: Path, temporary: Path) -> None:
    cut = disc / "DICOM" / "PAT0" / "ST0" / "IM899"
    cut.write_bytes(cut.read_bytes()[:-3])

    with pytest.raises(InputError) as told:
        read_volume(zipped(disc))
    assert_tells(told.value, "disc.zip/DICOM/PAT0/ST0/IM899 is damaged")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("name", ["../../outside", "/tmp/pancreasseg-outside", "a/../../outside"])
def test_names_that_lead_out_of_a_zip_file_are_never_used(
    name: str, disc: Path, temporary: Path, tmp_path: Path
) -> None:
    path = zipped(disc)
    with zipfile.ZipFile(path, "a") as content:
        content.writestr(name, "evil")
    before = sorted(tmp_path.rglob("*"))

    assert_is_the_scan(read_volume(path))
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/pancreasseg-outside").exists()


def test_a_zip_file_that_unpacks_to_more_than_a_scan_is_refused(
    disc: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST", 2000)

    with pytest.raises(InputError) as told:
        read_volume(zipped(disc))
    assert_tells(told.value, "disc.zip would unpack to", "9 files", "unpack what you need")
    assert list(temporary.iterdir()) == []


def test_a_zip_file_that_the_disk_has_no_room_for_is_refused(
    disc: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(1000, 0, 1000))

    with pytest.raises(InputError, match="folder for temporary files has room for"):
        read_volume(zipped(disc))


def test_a_zip_file_that_lies_about_its_sizes_is_refused(disc: Path, temporary: Path) -> None:
    path = tmp = zipped(disc)
    with zipfile.ZipFile(path) as content:
        real = content.getinfo("DICOM/PAT0/ST0/IM900").file_size.to_bytes(4, "little")
    tmp.write_bytes(path.read_bytes().replace(real, (100).to_bytes(4, "little")))

    with pytest.raises(InputError, match=r"disc\.zip is no zip file, or a damaged one"):
        read_volume(path)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("kind", ["text", "cut", "empty"])
def test_what_is_no_zip_file_is_told(kind: str, disc: Path, temporary: Path) -> None:
    path = zipped(disc)
    content = {"text": b"no archive", "cut": path.read_bytes()[:-200], "empty": b""}
    path.write_bytes(content[kind])

    with pytest.raises(InputError, match=r"disc\.zip is no zip file, or a damaged one"):
        read_volume(path)


def test_an_encrypted_zip_file_is_told(disc: Path) -> None:
    path = zipped(disc)
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\1\2")
    while start >= 0:
        content[start + 8] |= 1
        start = content.find(b"PK\1\2", start + 4)
    path.write_bytes(content)

    with pytest.raises(InputError, match=r"disc\.zip is encrypted; unpack it with its password"):
        read_volume(path)


def test_a_zip_file_without_dicom_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as content:
        content.writestr("notes.txt", "none")

    with pytest.raises(InputError, match=r"notes\.zip holds no DICOM images"):
        read_volume(tmp_path / "notes.zip")


def test_one_slice_alone_is_no_scan(tmp_path: Path) -> None:
    folder = write(tmp_path, ct_series(SERIES))

    with pytest.raises(InputError, match=r"0900\.dcm is a single picture, not a volume"):
        read_volume(folder / "0900.dcm")


def test_reading_needs_no_package_for_dicom(disc: Path) -> None:
    """Slicer has none that we may use."""
    code = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['pydicom', 'highdicom', 'pylibjpeg'], None))\n"
        "from PancreasSegLib.volume import read_volume\n"
        "print(read_volume(sys.argv[1]).array.shape)"
    )
    command = [sys.executable, "-c", code, str(disc)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.stdout.strip() == "(6, 3, 4)", told.stderr
