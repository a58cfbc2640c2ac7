"""The three ways to slice a volume that lies along the patient's axes.

An array (k, j, i) of such a volume becomes a stack (slices, rows, columns). Coronal and sagittal
slices have their rows from inferior to superior.
"""

from collections.abc import Sequence

import numpy as np

VIEWS = {"axial": (0, 1, 2), "coronal": (1, 0, 2), "sagittal": (2, 0, 1)}
"""The axes of the array that slices, rows and columns run along."""


def sliced(array: np.ndarray, view: str) -> np.ndarray:
    """The array (k, j, i) as a stack of the view's slices (slices, rows, columns), contiguous."""
    return np.ascontiguousarray(array.transpose(VIEWS[view]))


def unsliced(stack: np.ndarray, view: str) -> np.ndarray:
    """The stack (slices, rows, columns) of the view as an array (k, j, i), contiguous."""
    return np.ascontiguousarray(stack.transpose(np.argsort(VIEWS[view]).tolist()))


def sliced_spacing(spacing_mm: Sequence[float], view: str) -> tuple[float, float, float]:
    """The spacing (x, y, z) as that of the view's columns, rows and slices, mm."""
    slices, rows, columns = (tuple(reversed(spacing_mm))[axis] for axis in VIEWS[view])
    return columns, rows, slices
