"""Shapes made of other shapes: together, cut, grown, made irregular."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.phantom.points import Points
from PancreasSegLib.phantom.shapes import Bounds, Shape


@dataclass(frozen=True)
class Union:
    """All shapes together; seams are rounded over `blend` mm."""

    shapes: Sequence[Shape]
    blend: float = 0.0

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        lows, highs = zip(*(shape.bounds() for shape in self.shapes), strict=True)
        return np.min(lows, axis=0) - self.blend, np.max(highs, axis=0) + self.blend

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        total = self.shapes[0].distance(points)
        for shape in self.shapes[1:]:
            other = shape.distance(points)
            smaller = np.minimum(total, other)
            if self.blend:
                overlap = np.maximum(self.blend - np.abs(total - other), 0)
                smaller -= overlap**2 / np.float32(4 * self.blend)
            total = smaller
        return total


@dataclass(frozen=True)
class Intersection:
    """What lies inside every one of the shapes."""

    shapes: Sequence[Shape]

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        lows, highs = zip(*(shape.bounds() for shape in self.shapes), strict=True)
        return np.max(lows, axis=0), np.min(highs, axis=0)

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        distance = self.shapes[0].distance(points)
        for shape in self.shapes[1:]:
            distance = np.maximum(distance, shape.distance(points))
        return distance


@dataclass(frozen=True)
class Outside:
    """Everything but the shape."""

    shape: Shape

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        return np.full(3, -np.inf), np.full(3, np.inf)

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        return -self.shape.distance(points)


@dataclass(frozen=True)
class Grown:
    """The shape with its surface moved outwards by `mm` (inwards where negative)."""

    shape: Shape
    mm: float

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        low, high = self.shape.bounds()
        return low - max(self.mm, 0), high + max(self.mm, 0)

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        return self.shape.distance(points) - np.float32(self.mm)


@dataclass(frozen=True)
class Displaced:
    """The shape with an irregular surface: moved in and out by `amplitude` mm times `noise`."""

    shape: Shape
    noise: Callable[[Points], np.ndarray]
    amplitude: float

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        low, high = self.shape.bounds()
        return low - 3 * self.amplitude, high + 3 * self.amplitude

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`."""
        return self.shape.distance(points) + np.float32(self.amplitude) * self.noise(points)


class Remembered:
    """A shape whose distances on the canvas are worked out once; for shapes used often."""

    def __init__(self, shape: Shape, canvas_points: Points) -> None:
        self._bounds = shape.bounds()
        self._points = canvas_points
        self._distance = shape.distance(canvas_points)

    def bounds(self) -> Bounds:
        """See `Shape.bounds`."""
        return self._bounds

    def distance(self, points: Points) -> np.ndarray:
        """See `Shape.distance`; `points` must be a box of the canvas."""
        low = [axis[0] for axis in (points.x, points.y, points.z)]
        high = [np.nextafter(axis[-1], np.inf) for axis in (points.x, points.y, points.z)]
        return self._distance[self._points.slices_within(np.array(low), np.array(high))]
