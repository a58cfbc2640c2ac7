"""Headers of files from many scanners and programs, which pydicom brings, as pydicom reads them."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import DataElement, Dataset
from pydicom.encaps import encapsulate
from pydicom.errors import InvalidDicomError
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_sequence

from PancreasSegLib.volume import read_volume
from PancreasSegLib.volume.dicom.header import MAGIC, PREAMBLE, read_header, text
from Testing.volume.dicom.dicom_files import ct_series, enhanced_ct, even, values_at, write

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


def test_an_icon_with_packed_pixels_ends_no_header(tmp_path: Path) -> None:
    icon = Dataset()
    icon.Rows = 1
    icon.add(DataElement(0x7FE00010, "OB", encapsulate([b"\xff\xd8 an icon"])))
    icon["PixelData"].is_undefined_length = True
    (scan,) = ct_series(even(1))
    scan.IconImageSequence = [icon]
    write(tmp_path, [scan])
    header = read_header(tmp_path / "0900.dcm")

    assert header is not None
    assert (header.has_pixels, header.damaged) == (True, False)
    assert header.integer(0x00280010, 0) == 3


def test_sequences_of_an_unknown_kind_are_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an archive that did not know them; what is in them is implicit then."""
    monkeypatch.setattr(pydicom.config, "replace_un_with_known_vr", False)
    scan = enhanced_ct([values_at(k) + 1024 for k in range(3)], even(3))
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        element = scan[keyword]
        packed = DicomBytesIO()
        packed.is_little_endian, packed.is_implicit_VR = True, True
        write_sequence(packed, element, ["utf-8"])
        scan[keyword] = DataElement(element.tag, "UN", packed.getvalue())
    read = read_volume(write(tmp_path, [scan]))

    np.testing.assert_array_equal(read.array, [values_at(k) for k in range(3)])
    np.testing.assert_allclose(read.grid.spacing, [0.75, 0.5, 2.0])
