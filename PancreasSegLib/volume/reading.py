"""Reading a scan or a mask, whatever its format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom import read_dicom_folder
from PancreasSegLib.volume.image_file import read_image_file
from PancreasSegLib.volume.labels import label_mask
from PancreasSegLib.volume.nifti import is_nifti, read_nifti
from PancreasSegLib.volume.not_finite import with_air
from PancreasSegLib.volume.refusals import (
    CONSTANT,
    DEAD_LINK,
    MASK_NOT_FINITE,
    MISSING,
    NOT_A_FILE,
    TWO_DIMENSIONAL,
    UNKNOWN_FORMAT,
    UNREADABLE,
)
from PancreasSegLib.volume.segmentation_file import chosen_segment, read_segments
from PancreasSegLib.volume.volume import Volume

IMAGE_FILE_SUFFIXES = (".nrrd", ".nhdr", ".mha", ".mhd")


def read_volume(path: str | Path) -> Volume:
    """A scan: NIfTI, NRRD or MetaImage file, or a folder with one DICOM series.

    Args:
        path: .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd or a DICOM folder.

    Returns:
        Array (k, j, i), float32 or integer, slope and intercept applied; the affine as the file
        has it, also sheared. The modality is known for DICOM only. `warnings` say what is doubtful
        in the file. Voxels without a number (NaN, infinite) are air: see `not_finite.py`.

    Raises:
        InputError: the file cannot be read, is no single volume of several slices, has no numbers
            in much of the body, or has the same value everywhere.
    """
    volume = with_air(_read(Path(path)), str(path))
    low = float(volume.array.min())
    if low == float(volume.array.max()):
        raise InputError(CONSTANT.format(path=path, value=low))
    return volume


def read_mask(path: str | Path, label: int | str | None = None) -> Volume:
    """A mask, uint8 0 and 1, on its own grid; it may be empty. `warnings` as of `read_volume`.

    Args:
        path: as for `read_volume`; also a `.seg.nrrd` with several layers.
        label: which of several labels is meant: its value, or the name of a segment of a
            `.seg.nrrd`. None where the file has one label only, whatever its value.

    Raises:
        InputError: the file cannot be read or is no single volume; it has several labels and none
            is named, or not the named one; it holds fractions or grey values, as a probability map
            or a scan does.
    """
    path = Path(path)
    segments = read_segments(path)
    if not segments:
        volume = _read(path)
        if not np.isfinite([volume.array.min(), volume.array.max()]).all():
            raise InputError(MASK_NOT_FINITE.format(path=path))
        return replace(volume, array=label_mask(volume.array, label, str(path)))
    segment = chosen_segment(segments, label, path)
    names = {one.value: one.name for one in segments if one.layer == segment.layer}
    volume = read_image_file(path, segment.layer)
    chosen = None if label is None else segment.value
    return replace(volume, array=label_mask(volume.array, chosen, str(path), names))


def _read(path: Path) -> Volume:
    volume = _read_any_format(path)
    if min(volume.array.shape) < 2:
        raise InputError(TWO_DIMENSIONAL.format(path=path))
    if volume.array.dtype.kind == "f":
        with np.errstate(over="ignore"):  # becomes infinite, and is taken for that
            volume = replace(volume, array=volume.array.astype(np.float32, copy=False))
    return volume


def _read_any_format(path: Path) -> Volume:
    try:
        if path.is_dir():
            return read_dicom_folder(path)
        if not path.exists():
            raise InputError((DEAD_LINK if path.is_symlink() else MISSING).format(path=path))
        if not path.is_file():
            raise InputError(NOT_A_FILE.format(path=path))
        if is_nifti(path):
            return read_nifti(path)
        if path.name.lower().endswith(IMAGE_FILE_SUFFIXES):
            return read_image_file(path)
    except OSError as error:
        raise InputError(UNREADABLE.format(path=path, reason=error.strerror)) from error
    raise InputError(UNKNOWN_FORMAT.format(path=path))
