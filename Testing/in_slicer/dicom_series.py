"""A small CT series in DICOM, of nobody's body."""

from __future__ import annotations

import unittest
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import slicer

SHAPE = (12, 32, 32)
SPACING_MM = (8.0, 8.0, 10.0)
ROOT_UID = "1.2.826.0.1.3680043.2.1125.1"


def need_dicom() -> None:
    """Skip the check where Slicer was built without DICOM."""
    if not hasattr(slicer.modules, "dicom"):
        raise unittest.SkipTest("this Slicer was built without its DICOM module")


def write_series(folder: Path) -> None:
    """One file for each slice: a bright ball of 100 HU in a body of 40 HU."""
    k, j, i = np.indices(SHAPE)
    from_middle = (k - 6) ** 2 + ((j - 16) ** 2 + (i - 16) ** 2) / 4
    body = (j - 16) ** 2 + (i - 16) ** 2 < 13**2
    values = np.where(from_middle < 9, 100, np.where(body, 40, -1000)).astype(np.int16)
    writer = sitk.ImageFileWriter()
    writer.KeepOriginalImageUIDOn()
    for number, pixels in enumerate(values):
        image = sitk.GetImageFromArray(pixels[None])
        image.SetSpacing(SPACING_MM)
        for tag, value in _tags(number).items():
            image.SetMetaData(tag, value)
        writer.SetFileName(str(folder / f"{number:03}.dcm"))
        writer.Execute(image)


def _tags(number: int) -> dict[str, str]:
    position = "\\".join(str(value) for value in (0.0, 0.0, number * SPACING_MM[2]))
    return {
        "0008|0016": "1.2.840.10008.5.1.4.1.1.2",
        "0008|0018": f"{ROOT_UID}.3.{number + 1}",
        "0008|0060": "CT",
        "0010|0010": "Nobody",
        "0010|0020": "synthetic",
        "0020|000d": f"{ROOT_UID}.1",
        "0020|000e": f"{ROOT_UID}.2",
        "0020|0052": f"{ROOT_UID}.4",
        "0020|0011": "1",
        "0020|0013": str(number + 1),
        "0020|0032": position,
        "0020|0037": "1\\0\\0\\0\\1\\0",
        "0028|1052": "0",
        "0028|1053": "1",
    }
