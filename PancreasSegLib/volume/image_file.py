"""NRRD and MetaImage files, through SimpleITK, which carries a sheared affine for both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.itk_names import ITK_FAILURES, itk_file
from PancreasSegLib.volume.refusals import (
    DAMAGED,
    FOUR_DIMENSIONAL,
    NO_PLACE,
    NOT_AN_IMAGE,
    SEVERAL_VALUES,
    TWO_DIMENSIONAL,
)
from PancreasSegLib.volume.room import refuse_without_room
from PancreasSegLib.volume.text_header import (
    header_warnings,
    read_text_header,
    refuse_by_header,
)
from PancreasSegLib.volume.volume import Volume

_BYTES = {sitk.sitkUInt8: 1, sitk.sitkInt8: 1, sitk.sitkUInt16: 2, sitk.sitkInt16: 2}
_MOST_BYTES = 8
_COPIES = 2  # ITK's image and the array

# What ITK would warn of on the terminal is checked here, and told in our own words.
sitk.ProcessObject.GlobalWarningDisplayOff()


def read_image_file(path: Path, layer: int | None = None) -> Volume:
    """Voxels and affine of a NRRD or MetaImage file; of a `.seg.nrrd` one of its layers.

    Raises:
        InputError: the file is no image, is damaged, or holds something else than one volume.
        OSError: it cannot be opened.
    """
    fields = read_text_header(path)
    refuse_by_header(fields, path, layer)
    with itk_file(path) as name:
        image = _read_image(name, path, layer)
    array = sitk.GetArrayFromImage(image)
    if image.GetNumberOfComponentsPerPixel() > 1:
        array = array[..., layer]
    try:
        volume = Volume(array.reshape(array.shape[-3:]), image_affine(image))
    except ValueError as error:
        raise InputError(NO_PLACE.format(path=path)) from error
    return replace(volume, warnings=header_warnings(fields))


def _read_image(name: str, path: Path, layer: int | None) -> sitk.Image:
    reader = sitk.ImageFileReader()
    reader.SetFileName(name)
    try:
        reader.ReadImageInformation()
    except ITK_FAILURES as error:
        raise InputError(NOT_AN_IMAGE.format(path=path)) from error
    _check_kind(reader, path, layer)
    components, kind = reader.GetNumberOfComponents(), reader.GetPixelID()
    voxel_bytes = _BYTES.get(kind, _MOST_BYTES) * components
    refuse_without_room(path, reader.GetSize(), _COPIES * voxel_bytes)
    try:
        return reader.Execute()
    except ITK_FAILURES as error:
        raise InputError(DAMAGED.format(path=path)) from error


def image_affine(image: sitk.Image) -> np.ndarray:
    """Voxel index (i, j, k, 1) to LPS millimetres, (4, 4); of a 4D image its first three axes."""
    dimensions = image.GetDimension()
    direction = np.array(image.GetDirection()).reshape(dimensions, dimensions)[:3, :3]
    affine = np.eye(4)
    affine[:3, :3] = direction * image.GetSpacing()[:3]
    affine[:3, 3] = image.GetOrigin()[:3]
    return affine


def image_of(volume: Volume) -> sitk.Image:
    """The volume as SimpleITK image, with its affine also where that is sheared."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(volume.array))
    image.SetSpacing(volume.grid.spacing.tolist())
    image.SetOrigin(volume.grid.origin.tolist())
    image.SetDirection(volume.grid.direction.ravel().tolist())
    return image


def _check_kind(reader: sitk.ImageFileReader, path: Path, layer: int | None) -> None:
    size = reader.GetSize()
    if layer is not None and layer >= reader.GetNumberOfComponents():
        raise InputError(DAMAGED.format(path=path))
    if layer is None and reader.GetNumberOfComponents() > 1:
        raise InputError(SEVERAL_VALUES.format(path=path))
    if len(size) < 3:
        raise InputError(TWO_DIMENSIONAL.format(path=path))
    if any(count > 1 for count in size[3:]):
        raise InputError(FOUR_DIMENSIONAL.format(path=path, count=max(size[3:])))
