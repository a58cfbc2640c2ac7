"""Which files a scan or a mask is made of: what must be the same for it to be the same."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.files import with_its_files
from PancreasSegLib.volume.dicom.series import images_among
from PancreasSegLib.volume.folder_files import files_below
from PancreasSegLib.volume.image_name import is_image_file
from PancreasSegLib.volume.nifti import is_nifti
from PancreasSegLib.volume.refusals import UNREADABLE
from PancreasSegLib.volume.text_header import data_files


def scan_files(path: Path) -> dict[str, Path]:
    """The files by their names, from the folder or the header on, in an order of their own.

    Of a DICOM folder its images of the patient, whatever else lies there, such as a mask; of a
    NRRD or MetaImage header itself and its data files; else the file alone. Those that are not
    there are left out. Raises InputError for what cannot be opened.
    """
    try:
        return _scan_files(with_its_files(path))
    except OSError as error:
        raise InputError(UNREADABLE.format(path=path, reason=error.strerror)) from error


def _scan_files(path: Path) -> dict[str, Path]:
    if path.is_dir():
        files = {str(file): file for file in files_below(path)}
        return {file.relative_to(path).as_posix(): file for file in images_among(files)}
    files = {path.name: path}
    if path.is_file() and is_image_file(path) and not is_nifti(path):
        files |= data_files(path)
    return {name: file for name, file in files.items() if file.is_file()}
