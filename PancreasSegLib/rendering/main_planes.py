"""The three planes that show most of a result, each as a picture of its own."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.rendering.panel import (
    CT_WINDOW,
    draw_panels,
    extent_of,
    field_around,
    whole_scan,
)
from PancreasSegLib.rendering.planes import VIEWS, Plane
from PancreasSegLib.volume.volume import Volume

PIXELS = 480  # of the longest side
BIN_MM = 3.0


def main_planes(
    volume: Volume, mask: Volume, window: tuple[float, float] = CT_WINDOW
) -> dict[str, np.ndarray]:
    """The axial, coronal and sagittal plane with most of the mask in it, filled, by their labels.

    Pictures (rows, columns, 3) uint8 in radiological view, as in `slice_overlay`; through the
    middle of the scan where the mask is empty.
    """
    pancreas = extent_of([mask])
    region = field_around(pancreas or whole_scan(volume.grid), volume.grid)
    middle = (region.low + region.high) / 2
    planes = []
    for view, (_, _, normal) in VIEWS.items():
        position = middle[normal] if pancreas is None else _fullest(mask, normal)
        planes.append(Plane(view, float(position)))
    pictures = draw_panels(volume, [mask], planes, region, PIXELS, window)
    return {plane.label: one for plane, one in zip(planes, pictures, strict=True)}


def _fullest(mask: Volume, axis: int) -> float:
    """Where along a world axis (LPS mm) most voxels of the mask lie: on one of its own planes."""
    k, j, i = np.nonzero(mask.array)
    positions = mask.grid.to_world(np.stack([i, j, k], axis=1))[:, axis]
    bins = np.floor((positions - positions.min()) / BIN_MM).astype(int)
    return float(np.median(positions[bins == np.bincount(bins).argmax()]))
