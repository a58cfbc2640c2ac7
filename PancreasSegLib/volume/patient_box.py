"""A box along the patient's axes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.grid import Grid

Point = tuple[float, float, float]


@dataclass(frozen=True)
class PatientBox:
    """All points between `low` and `high`, (x, y, z) in LPS millimetres.

    Raises InputError if a number is not finite or `high` is not above `low` everywhere.
    """

    low: Point
    high: Point

    def __post_init__(self) -> None:
        numbers = np.array([self.low, self.high], dtype=np.float64)
        if numbers.shape != (2, 3) or not np.isfinite(numbers).all() or self.extent.min() <= 0:
            raise InputError(
                f"The region of interest from {self.low} to {self.high} is not a box; give its "
                "low corner and its high corner, (x, y, z) in millimetres, LPS."
            )
        # Plain numbers, also where numpy's were given: they go into reports as they are.
        object.__setattr__(self, "low", _point(numbers[0]))
        object.__setattr__(self, "high", _point(numbers[1]))

    @classmethod
    def around(cls, points: np.ndarray, margin_mm: Sequence[float] = (0, 0, 0)) -> PatientBox:
        """The box around points (N, 3), LPS mm, grown by margin (x, y, z) on both sides."""
        low = points.min(axis=0) - np.asarray(margin_mm)
        high = points.max(axis=0) + np.asarray(margin_mm)
        return cls(_point(low), _point(high))

    @classmethod
    def of_grid(cls, grid: Grid) -> PatientBox:
        """The box around all voxels of `grid`, to their outer faces."""
        # A voxel reaches half a step of every grid axis from its centre.
        return cls.around(grid.corners(), np.abs(grid.affine[:3, :3]).sum(axis=1) / 2)

    def at_least(self, extent_mm: Sequence[float]) -> PatientBox:
        """The same box, grown about its centre to at least `extent_mm` along x, y, z."""
        missing = np.maximum(np.asarray(extent_mm) - self.extent, 0.0)
        return PatientBox.around(self.corners, (missing / 2).tolist())

    def __str__(self) -> str:
        low, high = (" ".join(f"{number:.0f}" for number in end) for end in (self.low, self.high))
        return f"from ({low}) to ({high})"

    @property
    def extent(self) -> np.ndarray:
        """(3,) millimetres along x, y, z."""
        return np.subtract(self.high, self.low)

    @property
    def corners(self) -> np.ndarray:
        """(8, 3) LPS millimetres."""
        return np.array(list(itertools.product(*zip(self.low, self.high, strict=True))))

    def overlap(self, other: PatientBox) -> PatientBox | None:
        """What both boxes hold; None if they are apart."""
        low, high = np.maximum(self.low, other.low), np.minimum(self.high, other.high)
        return PatientBox(_point(low), _point(high)) if (low < high).all() else None

    def holds(self, other: PatientBox, beyond_mm: float = 0.0) -> bool:
        """Whether `other` reaches nowhere more than `beyond_mm` out of this box."""
        out = [np.subtract(self.low, other.low), np.subtract(other.high, self.high)]
        return bool((np.array(out) <= beyond_mm).all())

    def distance_mm(self, other: PatientBox) -> float:
        """The shortest way between both boxes, 0 where they touch or overlap."""
        gaps = np.maximum(np.subtract(self.low, other.high), np.subtract(other.low, self.high))
        return float(np.linalg.norm(np.maximum(gaps, 0.0)))


def _point(numbers: np.ndarray) -> Point:
    x, y, z = (float(number) for number in numbers)
    return x, y, z
