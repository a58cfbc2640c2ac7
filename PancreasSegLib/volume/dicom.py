"""A folder with the slices of one DICOM series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.image_file import image_frame
from PancreasSegLib.volume.refusals import (
    DAMAGED,
    MISSING_SLICES,
    MULTI_FRAME,
    NO_DICOM,
    NO_POSITIONS,
    NOT_PARALLEL,
    SAME_POSITION,
    SEVERAL_SERIES,
    SEVERAL_VALUES,
    TWO_DIMENSIONAL,
    UNEVEN_SLICES,
)
from PancreasSegLib.volume.volume import Volume

_MODALITY = "0008|0060"
_POSITION = "0020|0032"
_ORIENTATION = "0020|0037"
_PIXEL_DATA = b"\xe0\x7f\x10\x00"  # the tag in little endian, as nearly all files have it
_EVEN = 0.1  # of the step: how far a slice may lie from its place in an even row
_PARALLEL = 1e-3  # in each direction cosine


def read_dicom_folder(folder: Path) -> Volume:
    """The one series in a folder, rescale slope and intercept applied.

    The step from slice to slice is taken from the slice positions, not from the normal of the
    slices: the shear of a series with tilted gantry is in the frame.

    Raises:
        InputError: no DICOM images, several series, several stacks or phases in one series,
            missing or unevenly spaced slices, no positions, colours, multi-frame files.
    """
    slices = [_read_slice(path, folder) for path in _series_files(folder)]
    if len(slices) < 2:
        raise InputError(TWO_DIMENSIONAL.format(path=folder))
    _check_parallel(slices, folder)
    first_axes = image_frame(slices[0])[:3, :3]
    normal = np.cross(first_axes[:, 0], first_axes[:, 1])
    normal /= np.linalg.norm(normal)
    slices.sort(key=lambda image: float(np.dot(image.GetOrigin(), normal)))
    positions = np.array([image.GetOrigin() for image in slices])
    _check_even(positions, normal, folder)
    frame = image_frame(slices[0])
    frame[:3, 2] = (positions[-1] - positions[0]) / (len(slices) - 1)
    array = np.stack([sitk.GetArrayViewFromImage(image)[0] for image in slices])
    return Volume(array, frame, _modality(slices[0]))


def _series_files(folder: Path) -> list[Path]:
    reader = sitk.ImageSeriesReader
    series = [
        [Path(name) for name in reader.GetGDCMSeriesFileNames(str(folder), uid)]
        for uid in reader.GetGDCMSeriesIDs(str(folder))
    ]
    _check_none_left_out(folder, {path.name for files in series for path in files})
    if not series:
        raise InputError(NO_DICOM.format(path=folder))
    if len(series) > 1:
        raise InputError(SEVERAL_SERIES.format(path=folder, count=len(series)))
    return series[0]


def _check_none_left_out(folder: Path, listed: set[str]) -> None:
    """GDCM passes over a slice that is cut short: the scan would end early without a word."""
    for path in sorted(folder.iterdir()):
        if path.name in listed or path.name == "DICOMDIR" or not path.is_file():
            continue
        with path.open("rb") as file:
            is_dicom = file.read(132)[128:] == b"DICM"
            if is_dicom and _PIXEL_DATA in file.read():
                raise InputError(DAMAGED.format(path=path))


def _read_slice(path: Path, folder: Path) -> sitk.Image:
    try:
        image = sitk.ReadImage(str(path), imageIO="GDCMImageIO")
    except RuntimeError as error:
        raise InputError(DAMAGED.format(path=path)) from error
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise InputError(SEVERAL_VALUES.format(path=folder))
    if image.GetDimension() != 3 or image.GetSize()[2] > 1:
        raise InputError(MULTI_FRAME.format(path=folder))
    if not (image.HasMetaDataKey(_POSITION) and image.HasMetaDataKey(_ORIENTATION)):
        raise InputError(NO_POSITIONS.format(path=folder))
    return image


def _modality(image: sitk.Image) -> str | None:
    return image.GetMetaData(_MODALITY).strip() if image.HasMetaDataKey(_MODALITY) else None


def _check_parallel(slices: list[sitk.Image], folder: Path) -> None:
    first = slices[0]
    for image in slices[1:]:
        same = image.GetSize() == first.GetSize() and np.allclose(
            image_frame(image)[:3, :2], image_frame(first)[:3, :2], atol=_PARALLEL
        )
        if not same:
            raise InputError(NOT_PARALLEL.format(path=folder))


def _check_even(positions: np.ndarray, normal: np.ndarray, folder: Path) -> None:
    gaps = np.diff(positions @ normal)
    step = float(np.sort(gaps)[(len(gaps) - 1) // 2])  # one that really occurs, unlike the median
    if gaps.min() < 0.01 * step or step == 0:
        raise InputError(SAME_POSITION.format(path=folder))
    if gaps.max() > 1.9 * step:
        raise InputError(MISSING_SLICES.format(path=folder, step=step, gap=gaps.max()))
    even = np.linspace(positions[0], positions[-1], len(positions))
    if np.abs(positions - even).max() > _EVEN * step:
        smallest, largest = gaps.min(), gaps.max()
        raise InputError(UNEVEN_SLICES.format(path=folder, smallest=smallest, largest=largest))
