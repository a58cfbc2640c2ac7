"""Which files of a folder are the slices of its one DICOM series."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.itk_names import ITK_FAILURES, itk_folder
from PancreasSegLib.volume.refusals import DAMAGED, NO_DICOM, SEVERAL_SERIES

_PREAMBLE = 128
_MAGIC = b"DICM"
_PIXEL_DATA = b"\xe0\x7f\x10\x00"  # the tag in little endian, as nearly all files have it
_SOP_CLASS = 0x0002
_CT_AND_MR = {"1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"}
_DICOM_SUFFIXES = {".dcm", ".dicom", ".ima"}
_LONG_VALUES = (b"OB", b"OW", b"UN", b"SQ", b"UT")


@contextmanager
def series_files(folder: Path) -> Iterator[dict[str, Path]]:
    """The slices of the one series in a folder: under which name ITK can read them, and the file.

    Raises:
        InputError: no DICOM images, several series, or files that were slices once: emptied or cut
            short, which GDCM passes over, so that the scan would end early without a word.
    """
    with itk_folder(folder) as files:
        series = _all_series(files)
        listed = {path for slices in series for path in slices.values()}
        for path in files.values():
            if path not in listed and _was_a_slice(path, listed):
                raise InputError(DAMAGED.format(path=path))
        if not series:
            raise InputError(NO_DICOM.format(path=folder))
        if len(series) > 1:
            raise InputError(SEVERAL_SERIES.format(path=folder, count=len(series)))
        yield series[0]


def _all_series(files: dict[str, Path]) -> list[dict[str, Path]]:
    """The files of each series; `files` are all of one folder."""
    if not files:
        return []
    reader, folder = sitk.ImageSeriesReader, str(Path(next(iter(files))).parent)
    try:
        return [
            {name: files[name] for name in reader.GetGDCMSeriesFileNames(folder, uid)}
            for uid in reader.GetGDCMSeriesIDs(folder)
        ]
    except ITK_FAILURES as error:  # over one file that was cut in its compressed pixels
        damaged = next((path for name, path in files.items() if _was_cut(name, path)), folder)
        raise InputError(DAMAGED.format(path=damaged)) from error


def _was_cut(name: str, path: Path) -> bool:
    if not _was_a_slice(path, ()):
        return False
    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(name)
    try:
        reader.ReadImageInformation()
    except ITK_FAILURES:
        return True
    return False


def _was_a_slice(path: Path, listed: Iterable[Path]) -> bool:
    """True for a file that is no whole DICOM object now, but looks as if it had been a slice."""
    if path.name.startswith(".") or path.name == "DICOMDIR":
        return False
    content = path.read_bytes()
    if content[_PREAMBLE:][: len(_MAGIC)] != _MAGIC:
        return _is_named_like(path, listed)
    if _PIXEL_DATA in content:
        return True
    # A report or a plan has no pixels; a slice without them was cut before them.
    sop_class = _sop_class(content)
    return sop_class is None or sop_class in _CT_AND_MR | {_sop_class_of(path) for path in listed}


def _is_named_like(path: Path, listed: Iterable[Path]) -> bool:
    """True for the same ending, or the same name but for numbers: IM0080 beside IM0079."""
    endings = _DICOM_SUFFIXES | {other.suffix.lower() for other in listed}
    ending = path.suffix.lower()
    if ending in endings and not ending[1:].isdigit() and ending:
        return True
    return _without_numbers(path) in {_without_numbers(other) for other in listed}


def _without_numbers(path: Path) -> str:
    return re.sub(r"\d+", "#", path.name)


def _sop_class_of(path: Path) -> str | None:
    with path.open("rb") as file:
        return _sop_class(file.read(4096))


def _sop_class(content: bytes) -> str | None:
    """What kind of object a DICOM file says to hold; None if it ends before it says so.

    Source: DICOM PS3.10, 7.1: the file meta information, explicit little endian.
    """
    position = _PREAMBLE + len(_MAGIC)
    while content[position : position + 2] == b"\x02\x00" and position + 12 <= len(content):
        element, representation, length = struct.unpack_from("<H2sH", content, position + 2)
        start = position + 8
        if representation in _LONG_VALUES:
            (length,) = struct.unpack_from("<I", content, start)
            start += 4
        position = start + length
        if element == _SOP_CLASS:
            value = content[start:position]
            return value.decode("ascii", "replace").rstrip("\0 ") if len(value) == length else None
    return None
