"""A folder with the slices of one DICOM series."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom_folder import series_files
from PancreasSegLib.volume.image_file import image_affine
from PancreasSegLib.volume.itk_names import ITK_FAILURES
from PancreasSegLib.volume.reading_warnings import ASSUMED_SPACING
from PancreasSegLib.volume.refusals import (
    COPIES,
    DAMAGED,
    MISSING_SLICES,
    MULTI_FRAME,
    NO_POSITIONS,
    NOT_PARALLEL,
    ONE_POSITION,
    SAME_POSITION,
    SEVERAL_VALUES,
    TWO_DIMENSIONAL,
    UNEVEN_SLICES,
)
from PancreasSegLib.volume.volume import Volume

_MODALITY = "0008|0060"
_POSITION = "0020|0032"
_ORIENTATION = "0020|0037"
_PIXEL_SPACING = "0028|0030"
_INSTANCE = "0008|0018"
_SAME_MM = 0.01
_EVEN = 0.1  # of the step: how far a slice may lie from its place in an even row
_PARALLEL = 1e-3  # in each direction cosine


def read_dicom_folder(folder: Path) -> Volume:
    """The one series in a folder, rescale slope and intercept applied.

    The step from slice to slice is taken from the slice positions, not from the normal of the
    slices: the shear of a series with tilted gantry is in the affine.

    Raises:
        InputError: no DICOM images, several series, several stacks or phases in one series,
            missing or unevenly spaced slices, no positions, colours, multi-frame files.
    """
    with series_files(folder) as files:
        slices = [_read_slice(name, path, folder) for name, path in files.items()]
    if len(slices) < 2:
        raise InputError(TWO_DIMENSIONAL.format(path=folder))
    _check_parallel(slices, folder)
    first_axes = image_affine(slices[0])[:3, :3]
    normal = np.cross(first_axes[:, 0], first_axes[:, 1])
    normal /= np.linalg.norm(normal)
    slices.sort(key=lambda image: float(np.dot(image.GetOrigin(), normal)))
    positions = np.array([image.GetOrigin() for image in slices])
    _refuse_same_position(slices, folder)
    _check_even(positions, normal, folder)
    affine = image_affine(slices[0])
    affine[:3, 2] = (positions[-1] - positions[0]) / (len(slices) - 1)
    array = np.stack([sitk.GetArrayViewFromImage(image)[0] for image in slices])
    sized = all(_tag(image, _PIXEL_SPACING) for image in slices)
    warnings = () if sized else (ASSUMED_SPACING,)
    return Volume(array, affine, _tag(slices[0], _MODALITY), warnings)


def _read_slice(name: str, path: Path, folder: Path) -> sitk.Image:
    try:
        image = sitk.ReadImage(name, imageIO="GDCMImageIO")
    except ITK_FAILURES as error:
        raise InputError(DAMAGED.format(path=path)) from error
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise InputError(SEVERAL_VALUES.format(path=folder))
    if image.GetDimension() != 3 or image.GetSize()[2] > 1:
        raise InputError(MULTI_FRAME.format(path=folder))
    if not (_tag(image, _POSITION) and _tag(image, _ORIENTATION)):
        raise InputError(NO_POSITIONS.format(path=folder))
    return image


def _tag(image: sitk.Image, tag: str) -> str | None:
    """The value of a tag; None where it is missing or empty."""
    value = image.GetMetaData(tag).strip(" \0") if image.HasMetaDataKey(tag) else ""
    return value or None


def _check_parallel(slices: list[sitk.Image], folder: Path) -> None:
    first = slices[0]
    for image in slices[1:]:
        same = image.GetSize() == first.GetSize() and np.allclose(
            image_affine(image)[:3, :2], image_affine(first)[:3, :2], atol=_PARALLEL
        )
        if not same:
            raise InputError(NOT_PARALLEL.format(path=folder))


def _refuse_same_position(slices: list[sitk.Image], folder: Path) -> None:
    """For slices in the order of their positions."""
    same = [
        (one, other)
        for one, other in itertools.pairwise(slices)
        if np.linalg.norm(np.subtract(other.GetOrigin(), one.GetOrigin())) < _SAME_MM
    ]
    if not same:
        return
    if len(same) == len(slices) - 1:
        raise InputError(ONE_POSITION.format(path=folder))
    if all(_tag(one, _INSTANCE) == _tag(other, _INSTANCE) for one, other in same):
        raise InputError(COPIES.format(path=folder, count=len(same)))
    raise InputError(SAME_POSITION.format(path=folder))


def _check_even(positions: np.ndarray, normal: np.ndarray, folder: Path) -> None:
    gaps = np.diff(positions @ normal)
    step = float(np.sort(gaps)[(len(gaps) - 1) // 2])  # one that really occurs, unlike the median
    if gaps.max() > 1.9 * step:
        raise InputError(MISSING_SLICES.format(path=folder, step=step, gap=gaps.max()))
    even = np.linspace(positions[0], positions[-1], len(positions))
    if np.abs(positions - even).max() > _EVEN * step:
        smallest, largest = gaps.min(), gaps.max()
        raise InputError(UNEVEN_SLICES.format(path=folder, smallest=smallest, largest=largest))
