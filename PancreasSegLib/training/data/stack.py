"""A scan as the trainer sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from PancreasSegLib.volume.views import sliced


@dataclass(frozen=True)
class Stored:
    """A scan as its file has it: voxels and mm along the stored i, j, k, lowest and highest HU."""

    size: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    grey_range: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Stack:
    """A scan (or a loose slice, a stack of one) on the training grid.

    `image` is (slices, rows, columns) uint8, the windowed intensity in steps of 1/255; `mask` has
    the same shape, 0 or 1; so have `organs`, where they are known: 0 for none, else the class of
    another organ, from 2 on. Of a CT whose grey values are to be drawn anew, `image` is the CT and
    `tissues` what `training.data.tissues` tells. Slices run from inferior to superior, rows from
    anterior to posterior, columns from the patient's right to left. `stored` tells of the scan's
    file; a loose slice has none to tell of.
    """

    name: str
    image: np.ndarray
    mask: np.ndarray
    loose: bool = False
    stored: Stored | None = None
    organs: np.ndarray | None = None
    tissues: np.ndarray | None = None

    @property
    def classes(self) -> np.ndarray:
        """0 for none, 1 for the pancreas, from 2 on for other organs; uint8."""
        others = np.zeros_like(self.mask) if self.organs is None else self.organs
        return np.where(self.mask > 0, np.uint8(1), others)

    def sliced(self, view: str) -> Stack:
        """This axial stack in slices of another view, as `volume.views` describes them."""
        return self._each(lambda array: sliced(array, view))

    def cropped(self, window: tuple[slice, slice, slice]) -> Stack:
        """The part of it in these slices, rows and columns; the arrays are no copies."""
        return self._each(lambda array: array[window])

    def _each(self, change: Callable[[np.ndarray], np.ndarray]) -> Stack:
        arrays = {name: getattr(self, name) for name in ("image", "mask", "organs", "tissues")}
        known: dict[str, Any] = {
            name: change(array) for name, array in arrays.items() if array is not None
        }
        return replace(self, **known)
