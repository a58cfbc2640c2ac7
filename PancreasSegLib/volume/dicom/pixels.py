"""The values of DICOM slices, unpacked and rescaled by SimpleITK (GDCM)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.frames import Frame
from PancreasSegLib.volume.dicom.header import read_header
from PancreasSegLib.volume.itk_names import ITK_FAILURES
from PancreasSegLib.volume.refusals import DAMAGED, UNKNOWN_SYNTAX

READABLE_SYNTAXES = {
    "1.2.840.10008.1.2",  # implicit little endian
    "1.2.840.10008.1.2.1",  # explicit little endian
    "1.2.840.10008.1.2.1.99",  # deflated
    "1.2.840.10008.1.2.2",  # explicit big endian
    "1.2.840.10008.1.2.4.50",  # JPEG, 8 bits
    "1.2.840.10008.1.2.4.51",  # JPEG, 12 bits
    "1.2.840.10008.1.2.4.57",  # JPEG lossless
    "1.2.840.10008.1.2.4.70",  # JPEG lossless, first order
    "1.2.840.10008.1.2.4.80",  # JPEG-LS lossless
    "1.2.840.10008.1.2.4.81",  # JPEG-LS
    "1.2.840.10008.1.2.4.90",  # JPEG 2000 lossless
    "1.2.840.10008.1.2.4.91",  # JPEG 2000
    "1.2.840.10008.1.2.5",  # RLE
}
"""Transfer syntaxes that GDCM unpacks."""

_SMALL = np.iinfo(np.int16)


def values_of(frames: Sequence[Frame]) -> Iterator[np.ndarray]:
    """(rows, columns) of each frame, slope and intercept applied; a file is read once for all of
    its frames that follow each other.

    Whole numbers are int16 where they fit. Raises InputError for pixels that cannot be unpacked.
    """
    for _, together in itertools.groupby(frames, key=lambda frame: frame.name):
        of_file = list(together)
        array = _read(of_file[0])
        for frame in of_file:
            yield _narrow(_rescaled(array[frame.index], frame))


def _read(frame: Frame) -> np.ndarray:
    try:
        image = sitk.ReadImage(frame.name, imageIO="GDCMImageIO")
    except ITK_FAILURES as error:
        raise InputError(_reason(frame)) from error
    array = sitk.GetArrayFromImage(image)
    if array.shape != (frame.count, *frame.shape):
        raise InputError(DAMAGED.format(path=frame.path))
    return array


def _reason(frame: Frame) -> str:
    header = read_header(Path(frame.name))
    if header is None or header.syntax in READABLE_SYNTAXES:
        return DAMAGED.format(path=frame.path)
    syntax = header.syntax if re.fullmatch(r"[\d.]{1,64}", header.syntax) else "unknown"
    return UNKNOWN_SYNTAX.format(path=frame.path, syntax=syntax)


def _rescaled(array: np.ndarray, frame: Frame) -> np.ndarray:
    if frame.rescale == frame.first_rescale:
        return array
    slope, intercept = frame.first_rescale
    if slope == 0:
        raise InputError(DAMAGED.format(path=frame.path))
    stored = np.rint((array - intercept) / slope)
    own_slope, own_intercept = frame.rescale
    values = stored * own_slope + own_intercept
    is_whole = own_slope.is_integer() and own_intercept.is_integer()
    return values.astype(np.int32) if is_whole else values


def _narrow(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "iu" and _SMALL.min <= array.min() and array.max() <= _SMALL.max:
        return array.astype(np.int16)
    return array
