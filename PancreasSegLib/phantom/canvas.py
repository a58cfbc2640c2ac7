"""The grid that the anatomy is painted on, one shape over the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from PancreasSegLib.phantom.points import Points
from PancreasSegLib.phantom.shapes import Shape
from PancreasSegLib.phantom.tissue import AIR, Organ

Tissue = float | Callable[[Points], np.ndarray]
"""HU of a shape: one number, or a function that gives an array (k, j, i) for points."""


class Canvas:
    """HU and organ labels on a grid of points.

    A voxel that a surface cuts gets its share of both tissues (partial volume), over `edge_mm`.

    Attributes:
        hu: float32 (k, j, i).
        organs: uint8 (k, j, i), values of `Organ`.
    """

    def __init__(self, points: Points, edge_mm: float) -> None:
        self.points = points
        self.hu = np.full(points.shape, AIR, np.float32)
        self.organs = np.zeros(points.shape, np.uint8)
        self._edge = np.float32(edge_mm)

    def paint(self, shape: Shape, tissue: Tissue, organ: Organ | None = None) -> None:
        """Fill `shape` with `tissue`; label it where `organ` is given."""
        low, high = shape.bounds()
        box = self.points.slices_within(low - self._edge, high + self._edge)
        points = self.points.crop(box)
        if 0 in points.shape:
            return
        distance = shape.distance(points)
        share = np.clip(np.float32(0.5) - distance / self._edge, 0, 1)
        hu = tissue(points) if callable(tissue) else np.float32(tissue)
        self.hu[box] += share * (hu - self.hu[box])
        if organ is not None:
            self.organs[box][distance < 0] = organ
