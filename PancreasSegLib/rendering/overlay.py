"""A picture of slices through the pancreas with the mask drawn on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.rendering.caption import with_caption
from PancreasSegLib.rendering.colours import (
    BLACK,
    LABEL,
    PANCREAS,
    REFERENCE_OUTLINE,
    RESULT_OUTLINE,
    RGB,
)
from PancreasSegLib.rendering.planes import Plane, Region, axial_planes
from PancreasSegLib.rendering.png import write_png
from PancreasSegLib.rendering.text import draw_text
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import resample
from PancreasSegLib.volume.volume import Volume

CT_WINDOW = (-100.0, 240.0)  # HU
AXIAL_PANELS = 6
PANELS_IN_A_ROW = 4
PANEL_PIXELS = 400  # of the longest side
AROUND_PANCREAS_MM = 50.0
LABEL_SIZE = 13
GAP = 4  # pixels between panels
FILL = 0.35  # opacity


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
    pancreas = _extent(masks) or _whole(volume.grid)
    region = _field(pancreas, volume.grid)
    pixel_mm = float((region.high - region.low).max()) / PANEL_PIXELS
    scan = _cut(volume, region)
    panels = []
    for plane in _planes(pancreas, volume.grid):
        grid = plane.grid(region, pixel_mm)
        panel = _grey(resample(scan, grid, outside=window[0]).array[0], window)
        inside = [_inside(_cut(one, region), grid) for one in masks]
        _draw_masks(panel, inside)
        _draw_labels(panel, plane)
        panels.append(panel)
    write_png(with_caption(_montage(panels), title, _legend(mask, reference)), path)


def _extent(masks: list[Volume]) -> Region | None:
    """The box in the patient that holds all masks; None if they are empty."""
    points = []
    for mask in masks:
        k, j, i = np.nonzero(mask.array)
        points.append(mask.grid.to_world(np.stack([i, j, k], axis=1)))
    everything = np.concatenate(points)
    if len(everything) == 0:
        return None
    return Region(everything.min(axis=0), everything.max(axis=0))


def _whole(grid: Grid) -> Region:
    corners = grid.corners()
    return Region(corners.min(axis=0), corners.max(axis=0))


def _field(pancreas: Region, grid: Grid) -> Region:
    """What the panels show: the pancreas and its surroundings, as far as the scan goes."""
    whole = _whole(grid)
    return Region(
        np.maximum(pancreas.low - AROUND_PANCREAS_MM, whole.low),
        np.minimum(pancreas.high + AROUND_PANCREAS_MM, whole.high),
    )


def _planes(pancreas: Region, grid: Grid) -> list[Plane]:
    x, y, _ = (pancreas.low + pancreas.high) / 2
    axial = axial_planes(grid, pancreas.low[2], pancreas.high[2], AXIAL_PANELS)
    return [*axial, Plane("coronal", float(y)), Plane("sagittal", float(x))]


def _cut(volume: Volume, region: Region) -> Volume:
    """The part of the volume around the region, so that less has to be resampled."""
    box = volume.grid.box_around(region.corners)
    if box is None:
        return volume
    box = box.grown((1, 1, 1), volume.array.shape)
    return Volume(volume.array[box.slices], volume.grid.crop(box).affine)


def _grey(values: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """Values (rows, columns) as an RGB picture (rows, columns, 3) uint8."""
    low, high = window
    grey = np.rint(255 * np.clip((values - low) / (high - low), 0, 1)).astype(np.uint8)
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
