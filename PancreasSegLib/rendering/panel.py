"""One plane through a scan, with masks drawn on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.rendering.colours import (
    BLACK,
    LABEL,
    PANCREAS,
    REFERENCE_OUTLINE,
    RESULT_OUTLINE,
)
from PancreasSegLib.rendering.planes import Plane, Region
from PancreasSegLib.rendering.text import draw_text
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import part_for, resample
from PancreasSegLib.volume.volume import Volume

CT_WINDOW = (-100.0, 240.0)  # HU
AROUND_PANCREAS_MM = 50.0
LABEL_SIZE = 13
FILL = 0.35  # opacity


def draw_panels(
    volume: Volume,
    masks: Sequence[Volume],
    planes: Sequence[Plane],
    region: Region,
    longest: int,
    window: tuple[float, float] = CT_WINDOW,
) -> list[np.ndarray]:
    """What of each plane lies in ``region``, as pictures (rows, columns, 3) uint8, square pixels.

    The longest side of the region has ``longest`` pixels. One mask is filled; of two, reference
    and result, each has its outline. ``window`` is the grey range in units of the volume (HU).
    """
    pixel_mm = float((region.high - region.low).max()) / longest
    panels = []
    for plane in planes:
        grid = plane.grid(region, pixel_mm)
        shown = resample(part_for(volume, grid), grid, outside=window[0])
        panel = _grey(shown.array[0], window)
        _draw_masks(panel, [_inside(part_for(one, grid), grid) for one in masks])
        _draw_labels(panel, plane)
        panels.append(panel)
    return panels


def extent_of(masks: Sequence[Volume]) -> Region | None:
    """The box in the patient that holds all masks; None if they are empty."""
    points = []
    for mask in masks:
        k, j, i = np.nonzero(mask.array)
        points.append(mask.grid.to_world(np.stack([i, j, k], axis=1)))
    everything = np.concatenate(points)
    if len(everything) == 0:
        return None
    return Region(everything.min(axis=0), everything.max(axis=0))


def whole_scan(grid: Grid) -> Region:
    """The box in the patient that holds a whole scan."""
    corners = grid.corners()
    return Region(corners.min(axis=0), corners.max(axis=0))


def field_around(pancreas: Region, grid: Grid) -> Region:
    """What the panels show: the pancreas and its surroundings, as far as the scan goes."""
    whole = whole_scan(grid)
    return Region(
        np.maximum(pancreas.low - AROUND_PANCREAS_MM, whole.low),
        np.minimum(pancreas.high + AROUND_PANCREAS_MM, whole.high),
    )


def _grey(values: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """Values (rows, columns) as an RGB picture (rows, columns, 3) uint8."""
    low, high = window
    known = np.nan_to_num(values, nan=low)  # scans may hold no number outside of what was seen
    grey = np.rint(255 * np.clip((known - low) / (high - low), 0, 1)).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _inside(mask: Volume, grid: Grid) -> np.ndarray:
    """Where the mask covers at least half of a pixel of the plane, boolean (rows, columns)."""
    share = mask.with_array((mask.array != 0).astype(np.float32))
    return resample(share, grid, outside=0.0).array[0] >= 0.5


def _draw_masks(panel: np.ndarray, inside: list[np.ndarray]) -> None:
    if len(inside) == 1:
        fill = inside[0]
        panel[fill] = np.rint((1 - FILL) * panel[fill] + FILL * np.array(PANCREAS))
        panel[_outline(fill)] = PANCREAS
        return
    of_reference, of_mask = inside
    panel[_outline(of_reference)] = REFERENCE_OUTLINE
    panel[_outline(of_mask)] = RESULT_OUTLINE


def _outline(inside: np.ndarray) -> np.ndarray:
    """The pixels on both sides of the mask's border: a line two pixels wide."""
    image = sitk.GetImageFromArray(inside.astype(np.uint8))
    grown = sitk.BinaryDilate(image, (1, 1), sitk.sitkCross)
    # Beyond the picture lies more of the mask, so that there is no line where the picture cuts it.
    shrunk = sitk.BinaryErode(image, (1, 1), sitk.sitkCross, 0, 1, True)
    return sitk.GetArrayFromImage(grown) != sitk.GetArrayFromImage(shrunk)


def _draw_labels(panel: np.ndarray, plane: Plane) -> None:
    middle = panel.shape[0] // 2 - 8
    for text, row in ((plane.label, 5), (plane.side, middle)):
        for down, right in (
            (-1, -1),
            (-1, 1),
            (1, -1),
            (1, 1),
        ):  # a dark rim, seen on bright organs
            draw_text(panel, text, row + down, 6 + right, BLACK, LABEL_SIZE)
        draw_text(panel, text, row, 6, LABEL, LABEL_SIZE)
