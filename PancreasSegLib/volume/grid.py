"""Where the voxels of a scan lie in the patient."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.volume.box import Box

FARTHEST_MM = 1e9
"""A thousand kilometres: what a damaged header says beyond that would overflow."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The shape of an array and the place of each of its voxels.

    Attributes:
        shape: number of voxels along (k, j, i), the order of a numpy array.
        affine: (4, 4) float64; takes a voxel index (i, j, k, 1) to millimetres in the patient, LPS
            (x to the Left, y to Posterior, z to Superior), as in DICOM and ITK. May be oblique,
            flipped, anisotropic, sheared and left-handed.

    Raises:
        ValueError: the affine is not a finite, invertible (4, 4) matrix, or leads too far away.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray

    def __post_init__(self) -> None:
        k, j, i = (int(size) for size in self.shape)
        object.__setattr__(self, "shape", (k, j, i))
        object.__setattr__(self, "affine", checked_affine(self.affine))

    @property
    def spacing(self) -> np.ndarray:
        """(3,) millimetres between voxel centres along i, j, k."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    @property
    def origin(self) -> np.ndarray:
        """(3,) LPS millimetres of the centre of voxel (0, 0, 0)."""
        return self.affine[:3, 3].copy()

    @property
    def direction(self) -> np.ndarray:
        """(3, 3) unit columns: where i, j and k run in LPS; not orthogonal in a sheared grid."""
        return np.asarray(self.affine[:3, :3] / self.spacing)

    @property
    def voxel_ml(self) -> float:
        """Volume of one voxel in millilitres."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000.0

    def to_world(self, index_ijk: np.ndarray) -> np.ndarray:
        """LPS millimetres (N, 3) of voxel indices (N, 3) given as (i, j, k); fractions allowed."""
        index = np.asarray(index_ijk, dtype=np.float64)
        return np.asarray(index @ self.affine[:3, :3].T + self.affine[:3, 3])

    def to_index(self, points: np.ndarray) -> np.ndarray:
        """Fractional voxel indices (N, 3) as (i, j, k) of LPS millimetres (N, 3)."""
        from_origin = np.asarray(points, dtype=np.float64) - self.affine[:3, 3]
        return np.asarray(np.linalg.solve(self.affine[:3, :3], from_origin.T).T)

    def corners(self) -> np.ndarray:
        """LPS millimetres (8, 3) of the centres of the eight corner voxels."""
        k, j, i = self.shape
        return self.to_world(np.array(list(itertools.product((0, i - 1), (0, j - 1), (0, k - 1)))))

    def is_same_as(self, other: Grid, tolerance_mm: float = 1e-3) -> bool:
        """True for the same shape and every corner voxel within `tolerance_mm`."""
        if self.shape != other.shape:
            return False
        apart = np.linalg.norm(self.corners() - other.corners(), axis=1)
        return bool(apart.max() <= tolerance_mm)

    def crop(self, box: Box) -> Grid:
        """The grid of `array[box.slices]`."""
        affine = self.affine.copy()
        affine[:3, 3] = self.to_world(np.array([box.start[::-1]]))[0]
        return Grid(box.shape, affine)

    def box_around(self, points: np.ndarray) -> Box | None:
        """The smallest box of voxels that holds all `points` (N, 3) in LPS millimetres.

        It is cut at the border of the grid; None where all points lie outside on one side.
        """
        index = self.to_index(points)[:, ::-1]
        start = np.maximum(np.floor(index.min(axis=0) + 0.5), 0).astype(int)
        stop = np.minimum(np.floor(index.max(axis=0) + 0.5) + 1, self.shape).astype(int)
        if (start >= stop).any():
            return None
        k, j, i = start.tolist()
        k_stop, j_stop, i_stop = stop.tolist()
        return Box((k, j, i), (k_stop, j_stop, i_stop))


def checked_affine(affine: np.ndarray) -> np.ndarray:
    """A read-only float64 copy of `affine`; ValueError if voxels would have no place or volume."""
    copy = np.array(affine, dtype=np.float64)
    if copy.shape != (4, 4) or not np.isfinite(copy).all():
        raise ValueError("An affine is a finite (4, 4) matrix.")
    if np.abs(copy).max() > FARTHEST_MM:
        raise ValueError("An affine lies within reach of the patient.")
    steps = np.linalg.norm(copy[:3, :3], axis=0)
    if (steps == 0).any() or abs(np.linalg.det(copy[:3, :3] / steps)) < 1e-6:
        raise ValueError("An affine has three axes that do not lie in one plane.")
    copy.setflags(write=False)
    return copy
