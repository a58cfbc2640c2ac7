"""Masks whose voxels are those of a larger grid: pasted there, with nothing interpolated.

Slicer stores of a segment only the part around it; that part lies on the scan's own voxels.
"""

from __future__ import annotations

import numpy as np

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.volume import Volume

SAME_MM = 1e-3
"""Voxel centres that are nearer to each other are the same, as for `Grid.is_same_as`."""


def cropped(volume: Volume, box: Box) -> Volume:
    """The voxels in the box, where they lie."""
    return Volume(volume.array[box.slices], volume.grid.crop(box).affine, volume.modality)


def held_box(*masks: Volume) -> Box | None:
    """The box around all voxels of masks on one grid, and one voxel more; None if all are empty."""
    boxes = [box for box in (Box.of(mask.array) for mask in masks) if box is not None]
    if not boxes:
        return None
    start = np.min([box.start for box in boxes], axis=0)
    stop = np.max([box.stop for box in boxes], axis=0)
    return _box(start, stop).grown((1, 1, 1), masks[0].array.shape)


def pasted(part: Volume, grid: Grid) -> Volume | None:
    """The mask `part` on a grid that has the same voxels, in the type of its array.

    None if the two do not have the same voxels, or some of the mask lie beyond the grid.
    """
    first = _first_voxel(part.grid, grid)
    if first is None:
        return None
    array = np.zeros(grid.shape, dtype=part.array.dtype)
    box = Box.of(part.array)
    if box is not None:
        start, stop = np.add(box.start, first), np.add(box.stop, first)
        if (start < 0).any() or (stop > grid.shape).any():
            return None
        array[_box(start, stop).slices] = part.array[box.slices]
    return Volume(array, grid.affine, part.modality)


def _first_voxel(part: Grid, grid: Grid) -> np.ndarray | None:
    """(3,) whole (k, j, i) in `grid` of the first voxel of `part`; None if voxels differ."""
    first = np.rint(grid.to_index(part.origin[None])[0])
    there = grid.affine.copy()
    there[:3, 3] = grid.to_world(first[None])[0]
    if not part.is_same_as(Grid(part.shape, there), SAME_MM):
        return None
    return first[::-1].astype(np.int64)


def _box(start: np.ndarray, stop: np.ndarray) -> Box:
    k, j, i = start.tolist()
    k_stop, j_stop, i_stop = stop.tolist()
    return Box((k, j, i), (k_stop, j_stop, i_stop))
