"""A picture of slices through the pancreas with the mask drawn on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from PancreasSegLib.rendering.caption import with_caption
from PancreasSegLib.rendering.colours import PANCREAS, REFERENCE_OUTLINE, RESULT_OUTLINE, RGB
from PancreasSegLib.rendering.panel import (
    CT_WINDOW,
    draw_panels,
    extent_of,
    field_around,
    whole_scan,
)
from PancreasSegLib.rendering.planes import Plane, Region, axial_planes
from PancreasSegLib.rendering.png import write_png
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.volume import Volume

AXIAL_PANELS = 6
PANELS_IN_A_ROW = 4
PANEL_PIXELS = 400  # of the longest side
GAP = 4  # pixels between panels


def slice_overlay(
    volume: Volume,
    mask: Volume,
    path: str | Path,
    reference: Volume | None = None,
    title: str = "",
    window: tuple[float, float] = CT_WINDOW,
) -> None:
    """Write a PNG of six axial, one coronal and one sagittal slice through the mask.

    Radiological view (patient's right at the left, anterior at the top) for any storage order and
    affine, with square pixels. The mask alone is filled in Slicer's pancreas colour; beside a
    reference it has a red outline and the reference a white one (Cai et al. 2017, figure 2). The
    slices are spread over mask and reference, or over the whole scan if both are empty.

    ``mask`` and ``reference`` may lie on any grid; ``title`` is drawn below the picture;
    ``window`` is the grey range in units of the volume (HU). Raises OutputError if the picture
    cannot be written.
    """
    masks = [mask] if reference is None else [reference, mask]
    pancreas = extent_of(masks) or whole_scan(volume.grid)
    region = field_around(pancreas, volume.grid)
    planes = _planes(pancreas, volume.grid)
    panels = draw_panels(volume, masks, planes, region, PANEL_PIXELS, window)
    write_png(with_caption(_montage(panels), title, _legend(mask, reference)), path)


def _planes(pancreas: Region, grid: Grid) -> list[Plane]:
    x, y, _ = (pancreas.low + pancreas.high) / 2
    axial = axial_planes(grid, pancreas.low[2], pancreas.high[2], AXIAL_PANELS)
    return [*axial, Plane("coronal", float(y)), Plane("sagittal", float(x))]


def _montage(panels: list[np.ndarray]) -> np.ndarray:
    """The panels side by side and row by row, each in the middle of its tile."""
    rows = max(panel.shape[0] for panel in panels) + GAP
    columns = max(panel.shape[1] for panel in panels) + GAP
    lines = -(-len(panels) // PANELS_IN_A_ROW)
    picture = np.zeros((lines * rows, PANELS_IN_A_ROW * columns, 3), dtype=np.uint8)
    for number, panel in enumerate(panels):
        line, place = divmod(number, PANELS_IN_A_ROW)
        top = line * rows + (rows - panel.shape[0]) // 2
        left = place * columns + (columns - panel.shape[1]) // 2
        picture[top : top + panel.shape[0], left : left + panel.shape[1]] = panel
    return picture


def _legend(mask: Volume, reference: Volume | None) -> list[tuple[str, RGB]]:
    result = "result" if mask.array.any() else "result: no pancreas found"
    if reference is None:
        return [(result, PANCREAS)]
    return [(result, RESULT_OUTLINE), ("reference", REFERENCE_OUTLINE)]
