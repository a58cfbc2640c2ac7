"""The shapes of which the phantom is made: implicit solids with a distance in millimetres.

A shape answers with the (approximate) signed distance of points to its surface, negative inside.
Distances need to be right near the surface only; far away they may be clamped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from PancreasSegLib.phantom.points import Points

Bounds = tuple[np.ndarray, np.ndarray]
Knot = Sequence[float]

REACH_MM = 12.0
"""Distances to a tube are clamped to this: growing or displacing it by more is not possible."""


class Shape(Protocol):
    """What every solid can tell of itself."""

    def bounds(self) -> Bounds:
        """Low and high corner (x, y, z) in mm of a box that holds the shape."""
        ...

    def distance(self, points: Points) -> np.ndarray:
        """Signed distance in mm, float32 (k, j, i), negative inside."""
        ...


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid; `turn` degrees about z and `tilt` degrees about y (turned first)."""

    centre: Knot
    radii: Knot
    turn: float = 0.0
    tilt: float = 0.0

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        half = np.sqrt((self._rotation() ** 2) @ (np.asarray(self.radii, float) ** 2))
        return np.asarray(self.centre) - half, np.asarray(self.centre) + half

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        # k0 (k0 - 1) / k1, the usual first-order distance to an ellipsoid.
        x, y, z = (
            (axis - c).astype(np.float32)
            for axis, c in zip(points.open_mesh, self.centre, strict=True)
        )
        rotation = self._rotation().astype(np.float32)
        k0, k1 = np.float32(0), np.float32(0)
        for column, radius in zip(rotation.T, self.radii, strict=True):
            along = (column[0] * x + column[1] * y + column[2] * z) / np.float32(radius)
            k0 = k0 + along**2
            k1 = k1 + (along / np.float32(radius)) ** 2
        # The floors give the centre, where both vanish, a distance of minus the least radius.
        tiny = np.float32(1e-3)
        k0 = np.maximum(np.sqrt(k0), tiny)
        return k0 * (k0 - 1) / np.maximum(np.sqrt(k1), tiny / np.float32(min(self.radii)))

    def _rotation(self) -> np.ndarray:
        a, b = np.radians(self.turn), np.radians(self.tilt)
        about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
        about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
        return about_y @ about_z


@dataclass(frozen=True)
class Tube:
    """A tube along a smooth curve through `knots` (x, y, z, radius), tapering between them.

    `stretch` (x, y, z) widens its cross-section along the axes: (1, 1, 1.5) makes a ribbon that
    is half as high again as it is thick.
    """

    knots: Sequence[Knot]
    stretch: Knot = (1.0, 1.0, 1.0)
    step_mm: float = 5.0

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        path = self.path()
        reach = path[:, 3:] * np.asarray(self.stretch)
        return (path[:, :3] - reach).min(0), (path[:, :3] + reach).max(0)

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        nearest = np.full(points.shape, REACH_MM, np.float32)
        stretch = np.asarray(self.stretch)
        path = self.path()
        for a, b in pairwise(path):
            reach = (max(a[3], b[3]) + REACH_MM) * stretch
            low = np.minimum(a[:3], b[:3]) - reach
            near = points.slices_within(low, np.maximum(a[:3], b[:3]) + reach)
            if nearest[near].size:
                distance = self._cone_distance(points.crop(near), a, b)
                np.minimum(nearest[near], distance, out=nearest[near])
        return nearest

    def _cone_distance(self, points: Points, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        stretch = np.asarray(self.stretch)
        along = (b[:3] - a[:3]) / stretch
        offsets = [
            ((axis - start) / widen).astype(np.float32)
            for axis, start, widen in zip(points.open_mesh, a[:3], stretch, strict=True)
        ]
        dot = sum(np.float32(d) * o for d, o in zip(along, offsets, strict=True))
        t = np.clip(dot / np.float32(max(along @ along, 1e-6)), 0, 1)
        squared = sum((o - np.float32(d) * t) ** 2 for d, o in zip(along, offsets, strict=True))
        return np.sqrt(squared) - (np.float32(a[3]) + t * np.float32(b[3] - a[3]))

    def path(self) -> np.ndarray:
        """(point, x y z radius) about every `step_mm` along the Catmull-Rom curve."""
        knots = np.asarray(self.knots, float)
        padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
        padded[[0, -1], 3] = knots[[0, -1], 3]
        pieces = []
        for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
            count = max(1, round(float(np.linalg.norm(p2[:3] - p1[:3])) / self.step_mm))
            t = (np.arange(count) / count)[:, None]
            pieces.append(
                p1
                + 0.5 * t * (p2 - p0)
                + t**2 * (p0 - 2.5 * p1 + 2 * p2 - 0.5 * p3)
                + 0.5 * t**3 * (3 * (p1 - p2) + p3 - p0)
            )
        return np.vstack([*pieces, knots[-1:]])


@dataclass(frozen=True)
class Outline:
    """An upright body whose cross-section at every height is a superellipse.

    `levels` holds (z, centre y, half width, half depth in front, half depth behind), z ascending;
    between levels the values are interpolated. The outline has no bottom and no top.
    """

    levels: Sequence[Knot]
    exponent: float = 2.4

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        levels = np.asarray(self.levels, float)
        _, centre, width, front, behind = levels.T
        low = np.array([-width.max(), (centre - front).min(), -np.inf])
        return low, np.array([width.max(), (centre + behind).max(), np.inf])

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        x, y, z = points.open_mesh
        levels = np.asarray(self.levels, float)
        centre, width, front, behind = (
            np.interp(z, levels[:, 0], column) for column in levels.T[1:]
        )
        y = (y - centre).astype(np.float32)
        depth = np.where(y < 0, front, behind).astype(np.float32)
        power = np.float32(self.exponent)
        ratio = np.abs(x / width).astype(np.float32) ** power + np.abs(y / depth) ** power
        ratio = np.maximum(ratio, np.float32(1e-6)) ** (1 / power)
        return np.sqrt(x.astype(np.float32) ** 2 + y**2) * (1 - 1 / ratio)


@dataclass(frozen=True)
class HalfSpace:
    """The side of a plane that `normal` points away from."""

    point: Knot
    normal: Knot

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        low, high = np.full(3, -np.inf), np.full(3, np.inf)
        across = np.flatnonzero(self.normal)
        if len(across) == 1:
            end = high if self.normal[across[0]] > 0 else low
            end[across[0]] = self.point[across[0]]
        return low, high

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        normal = np.asarray(self.normal, float) / np.linalg.norm(self.normal)
        terms = zip(points.open_mesh, self.point, normal, strict=True)
        distance = sum(((axis - p) * n for axis, p, n in terms if n), np.zeros(1))
        return np.broadcast_to(distance.astype(np.float32), points.shape)
