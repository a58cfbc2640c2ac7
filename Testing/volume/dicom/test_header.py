"""Headers of files from many scanners and programs, which pydicom brings, as pydicom reads them."""

from __future__ import annotations

import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom.errors import InvalidDicomError

from PancreasSegLib.volume.dicom.header import MAGIC, PREAMBLE, read_header, text

FOLDER = Path(pydicom.__file__).parent / "data" / "test_files"
FILES = sorted(
    path
    for path in FOLDER.rglob("*")
    if path.is_file() and path.read_bytes()[PREAMBLE:][:4] == MAGIC
)
TAGS = (0x00080018, 0x00080060, 0x0008103E, 0x0020000E, 0x00200013)
CUT = ("MR_truncated.dcm", "rtplan_truncated.dcm")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_header_is_read_as_by_pydicom(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pydicom.dcmread(path)
        values = {
            tag: str(theirs[tag].value).strip() for tag in TAGS if theirs.get(tag) is not None
        }
    ours = read_header(path)

    assert ours is not None
    assert ours.damaged == (path.name in CUT)
    assert ours.syntax == theirs.file_meta.get("TransferSyntaxUID", ours.syntax)
    if not ours.damaged:
        assert ours.has_pixels == any(element.tag.group == 0x7FE0 for element in theirs)
    assert ours.integer(0x00280010, 0) == theirs.get("Rows", 0)
    for tag, value in values.items():
        assert (text(ours.elements, tag) or "") == value.removeprefix("None")


def test_there_are_files_of_every_kind() -> None:
    assert len(FILES) > 50


def test_what_is_no_dicom_has_no_header(tmp_path: Path) -> None:
    for content in (b"", b"text", bytes(1000), b"\x08\x00\x05\x00" + bytes(200)):
        (tmp_path / "file").write_bytes(content)
        assert read_header(tmp_path / "file") is None
    with pytest.raises(InvalidDicomError):
        pydicom.dcmread(tmp_path / "file")
