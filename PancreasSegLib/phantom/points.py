"""The points at which shapes are evaluated: the voxel centres of an axis-aligned box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Points:
    """Voxel centres of a box of the image, in millimetres of the anatomy (LPS directions).

    x, y and z are one-dimensional: +x is the patient's left, +y posterior, +z superior.
    Arrays over the points are (k, j, i) = (z, y, x).
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of points along (k, j, i)."""
        return len(self.z), len(self.y), len(self.x)

    @property
    def open_mesh(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, y and z in shapes that broadcast to (k, j, i)."""
        return self.x[None, None, :], self.y[None, :, None], self.z[:, None, None]

    def slices_within(self, low: np.ndarray, high: np.ndarray) -> tuple[slice, slice, slice]:
        """The (k, j, i) slices of the points between the corners `low` and `high` (x, y, z)."""
        slices = []
        for axis, start, stop in zip((self.x, self.y, self.z), low, high, strict=True):
            first, last = np.searchsorted(axis, (start, stop))
            slices.append(slice(int(first), int(max(first, last))))
        return slices[2], slices[1], slices[0]

    def crop(self, slices: tuple[slice, slice, slice]) -> Points:
        """The points of a box given as (k, j, i) slices."""
        k, j, i = slices
        return Points(self.x[i], self.y[j], self.z[k])
