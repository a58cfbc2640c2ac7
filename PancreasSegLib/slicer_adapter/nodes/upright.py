"""A scan with sheared voxels (a tilted gantry, loaded as it is), and the upright grid over it.

Slicer itself crashes where a segmentation on a sheared grid is shown in 3D and the slices move.
"""

from __future__ import annotations

import numpy as np

from PancreasSegLib.volume.grid import Grid

RIGHT_ANGLE = 1e-4
"""A larger cosine between two axes is a shear; what is smaller is rounding of headers."""

_WHOLE_VOXEL = 1e-3


def is_sheared(grid: Grid) -> bool:
    """True if the axes of the grid are not at right angles."""
    cosines = grid.direction.T @ grid.direction - np.eye(3)
    return bool(np.abs(cosines).max() > RIGHT_ANGLE)


def upright_grid(grid: Grid) -> Grid:
    """The smallest grid with right angles that covers a sheared one and has its slices.

    i stays; j is turned to a right angle in the plane of the slice, and k to the normal of that
    plane. With a tilted gantry i and j are at right angles: each slice lies in one of the new ones,
    only moved in its plane.
    """
    i, j, k = grid.affine[:3, :3].T
    across = i / np.linalg.norm(i)
    down = j - (j @ across) * across
    normal = np.cross(across, down / np.linalg.norm(down))
    affine = np.eye(4)
    affine[:3, :3] = np.stack([i, down, (k @ normal) * normal], axis=1)
    affine[:3, 3] = grid.origin
    reached = Grid(grid.shape, affine).to_index(grid.corners())
    low = np.floor(reached.min(axis=0) + _WHOLE_VOXEL)
    high = np.ceil(reached.max(axis=0) - _WHOLE_VOXEL)
    affine[:3, 3] += affine[:3, :3] @ low
    width, height, slices = (high - low + 1).astype(int).tolist()
    return Grid((slices, height, width), affine)
