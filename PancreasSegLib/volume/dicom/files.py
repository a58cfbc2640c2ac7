"""The files of a scan that is given as a folder, a zip of one, a DICOMDIR or a multi-frame file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.archive import unpacked
from PancreasSegLib.volume.dicom.header import read_header
from PancreasSegLib.volume.itk_names import itk_file, itk_folder
from PancreasSegLib.volume.refusals import MISSING, NOT_DICOM, UNREADABLE

DIRECTORY = "DICOMDIR"
ARCHIVE_SUFFIX = ".zip"


def is_dicom(path: Path) -> bool:
    """True for a folder, a zip file, a DICOMDIR and any DICOM file."""
    if path.is_dir() or _is_archive(path):
        return True
    return path.is_file() and (path.name.upper() == DIRECTORY or read_header(path) is not None)


def with_its_files(path: Path) -> Path:
    """The folder of a DICOMDIR, which lists what lies beside and below it; else `path` itself."""
    return path.parent if path.name.upper() == DIRECTORY and path.is_file() else path


@contextmanager
def dicom_files(path: Path) -> Iterator[dict[str, Path]]:
    """Every file by the name under which ITK can read it, and what people call it.

    Raises InputError for what is no DICOM, cannot be opened, or is a zip file that cannot be
    unpacked.
    """
    if not path.exists():
        raise InputError(MISSING.format(path=path))
    try:
        if not is_dicom(path):
            raise InputError(NOT_DICOM.format(path=path))
        with _opened(path) as files:
            yield files
    except OSError as error:
        raise InputError(UNREADABLE.format(path=path, reason=error.strerror)) from error


@contextmanager
def _opened(path: Path) -> Iterator[dict[str, Path]]:
    if path.is_dir():
        with itk_folder(path) as files:
            yield files
    elif _is_archive(path):
        with unpacked(path) as files:
            yield files
    else:
        with itk_file(path) as name:
            yield {name: path}


def _is_archive(path: Path) -> bool:
    return path.is_file() and (
        path.name.lower().endswith(ARCHIVE_SUFFIX) or zipfile.is_zipfile(path)
    )
