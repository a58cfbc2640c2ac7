"""A picture as PNG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOImage import vtkPNGWriter

from PancreasSegLib.files.atomic_file import atomic_file


def write_png(picture: np.ndarray, path: str | Path) -> None:
    """Write ``picture``, (rows, columns, 3) uint8 RGB, whole or not at all.

    Raises OutputError if it cannot be written.
    """
    content = png_bytes(picture)
    with atomic_file(Path(path), suffix=".png") as unfinished:
        unfinished.write_bytes(content)


def png_bytes(picture: np.ndarray) -> bytes:
    """What a PNG file of ``picture``, (rows, columns, 3) uint8 RGB, holds."""
    rows, columns, colours = picture.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    upwards = np.ascontiguousarray(picture[::-1]).reshape(-1, colours)  # VTK begins at the bottom
    image.GetPointData().SetScalars(numpy_to_vtk(upwards, deep=True))
    writer = vtkPNGWriter()
    writer.WriteToMemoryOn()
    writer.SetInputData(image)
    writer.Write()
    return vtk_to_numpy(writer.GetResult()).tobytes()
