"""Letters on a picture, drawn with VTK's FreeType fonts; no OpenGL is needed."""

from __future__ import annotations

import numpy as np
import vtkmodules.vtkRenderingFreeType  # noqa: F401  (registers the text renderer)
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTextProperty, vtkTextRenderer

from PancreasSegLib.rendering.colours import RGB

DOTS_PER_INCH = 72  # one point of font size is then one pixel


def draw_text(
    picture: np.ndarray, text: str, row: int, column: int, colour: RGB, size: int = 14
) -> int:
    """Draw ``text`` into ``picture`` (rows, columns, 3) uint8, in place.

    ``row`` and ``column`` are the top left corner of the text, ``size`` is its font size in
    pixels. What does not fit on the picture is cut off. Returns the text's width in pixels.
    """
    coverage = _coverage(text, size)
    place = picture[row : row + coverage.shape[0], column : column + coverage.shape[1]]
    blend = coverage[: place.shape[0], : place.shape[1], None]
    place[:] = np.rint(place * (1 - blend) + np.array(colour) * blend).astype(np.uint8)
    return coverage.shape[1]


def _coverage(text: str, size: int) -> np.ndarray:
    """How much of each pixel the letters cover, (rows, columns) from 0 to 1."""
    style = vtkTextProperty()
    style.SetFontFamilyToArial()
    style.SetFontSize(size)
    image, used = vtkImageData(), [0, 0]
    if not vtkTextRenderer.GetInstance().RenderString(style, text, image, used, DOTS_PER_INCH):
        raise RuntimeError(f"VTK cannot draw the text {text!r}")
    columns, rows, _ = image.GetDimensions()
    pixels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)
    from_the_top = pixels[used[1] - 1 :: -1, : used[0], 3]
    return from_the_top.astype(np.float64) / 255
