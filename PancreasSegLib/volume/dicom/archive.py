"""A zip file with DICOM files, unpacked for as long as they are read."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.refusals import ENCRYPTED, NOT_AN_ARCHIVE, TOO_LARGE_ARCHIVE

LARGEST = 16 * 10**9
"""Bytes that a scan may have when it is unpacked: some 30,000 slices."""
MOST_FILES = 100_000
_ENCRYPTED = 1  # bit of an entry's flags


@contextmanager
def unpacked(path: Path) -> Iterator[dict[str, Path]]:
    """The files in the archive by the names under which they lie in a folder for temporary files.

    These names are numbers: none from the archive is ever used on the disk, so none can lead out of
    the folder. The folder is removed at the end. Raises InputError for a damaged or encrypted
    archive, or one that is larger than a scan or the free space.
    """
    with TemporaryDirectory(prefix="pancreasseg-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
                _check(entries, path, Path(folder))
                files = {}
                for number, entry in enumerate(entries):
                    name = Path(folder) / f"{number:06d}"
                    # No more is unpacked than the entry says, by zipfile itself.
                    with archive.open(entry) as packed, name.open("xb") as plain:
                        shutil.copyfileobj(packed, plain)
                    files[str(name)] = path / entry.filename
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise InputError(NOT_AN_ARCHIVE.format(path=path)) from error
        yield files


def _check(entries: list[zipfile.ZipInfo], path: Path, folder: Path) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise InputError(ENCRYPTED.format(path=path))
    size = sum(entry.file_size for entry in entries)
    if size > min(LARGEST, shutil.disk_usage(folder).free) or len(entries) > MOST_FILES:
        raise InputError(TOO_LARGE_ARCHIVE.format(path=path, size=size / 1e9, files=len(entries)))
