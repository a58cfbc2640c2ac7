"""Which names are those of image files; all else that is a scan is DICOM."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.volume.nifti import is_nifti

IMAGE_FILE_SUFFIXES = (".nrrd", ".nhdr", ".mha", ".mhd")


def is_image_file(path: Path) -> bool:
    """True for the name of a NIfTI, NRRD or MetaImage file, False for a folder."""
    is_named_so = is_nifti(path) or path.name.lower().endswith(IMAGE_FILE_SUFFIXES)
    return is_named_so and not path.is_dir()
