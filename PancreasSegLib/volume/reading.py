"""Reading a scan or a mask, whatever its format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.files import is_dicom, with_its_files
from PancreasSegLib.volume.dicom.reading import read_dicom
from PancreasSegLib.volume.image_file import read_image_file
from PancreasSegLib.volume.image_name import is_image_file
from PancreasSegLib.volume.labels import label_mask
from PancreasSegLib.volume.nifti import is_nifti, read_nifti
from PancreasSegLib.volume.not_finite import with_air
from PancreasSegLib.volume.refusals import (
    CONSTANT,
    DEAD_LINK,
    MASK_NOT_FINITE,
    MISSING,
    NOT_A_FILE,
    NOT_DICOM,
    TWO_DIMENSIONAL,
    UNKNOWN_FORMAT,
    UNREADABLE,
)
from PancreasSegLib.volume.segmentation_file import chosen_segment, read_segments
from PancreasSegLib.volume.volume import Volume


def read_volume(path: str | Path, series: str | None = None, phase: int | None = None) -> Volume:
    """A scan: NIfTI, NRRD or MetaImage file, or DICOM.

    Args:
        path: .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd; of DICOM a folder, with all folders in it, a
            .zip of one, a DICOMDIR or a multi-frame file.
        series: of several DICOM series the one that is meant: its number, UID, description or a
            part of that. By default the only one, or the only axial CT of 80 mm or more.
        phase: of several volumes in the series the one that is meant, from 1.

    Returns:
        Array (k, j, i), float32 or integer, slope and intercept applied; the affine as the file
        has it, also sheared. The modality is known for DICOM only. `warnings` say what is doubtful
        in the file. Voxels without a number (NaN, infinite) are air: see `not_finite.py`.

    Raises:
        InputError: the file cannot be read, is no single volume of several slices, has no numbers
            in much of the body, or has the same value everywhere; several series or phases, and
            none named; a series or phase named where there is none.
    """
    volume = with_air(_read(Path(path), series, phase), str(path))
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


def _read(path: Path, series: str | None = None, phase: int | None = None) -> Volume:
    volume = _read_any_format(path, series, phase)
    if min(volume.array.shape) < 2:
        raise InputError(TWO_DIMENSIONAL.format(path=path))
    if volume.array.dtype.kind == "f":
        with np.errstate(over="ignore"):  # becomes infinite, and is taken for that
            volume = replace(volume, array=volume.array.astype(np.float32, copy=False))
    return volume


def _read_any_format(path: Path, series: str | None, phase: int | None) -> Volume:
    try:
        if not path.exists():
            raise InputError((DEAD_LINK if path.is_symlink() else MISSING).format(path=path))
        if not path.is_dir() and not path.is_file():
            raise InputError(NOT_A_FILE.format(path=path))
        if not is_image_file(path) and is_dicom(path):
            return read_dicom(with_its_files(path), series, phase)
        if series is not None or phase is not None:
            raise InputError(NOT_DICOM.format(path=path))
        if is_nifti(path):
            return read_nifti(path)
        if is_image_file(path):
            return read_image_file(path)
    except OSError as error:
        raise InputError(UNREADABLE.format(path=path, reason=error.strerror)) from error
    raise InputError(UNKNOWN_FORMAT.format(path=path))
