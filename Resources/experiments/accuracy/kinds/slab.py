"""Slabs: fields of view that are cut along z, with the whole pancreas in them or a part of it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kinds.examination import Examination
from PancreasSegLib.volume import Box

Side = Literal["above", "below"]


def tight_slab(examination: Examination) -> Examination | None:
    """The slices of the pancreas, and none else."""
    low, high = pancreas_slices(examination)
    return _slices(examination, low, high - low)


def whole_slab(examination: Examination, slices: int, rest: Side) -> Examination | None:
    """So many `slices` that hold the whole pancreas; the `rest` of them lies above or below it.

    None where the pancreas has more slices, or the scan ends before.
    """
    low, high = pancreas_slices(examination)
    if high - low > slices:
        return None
    return _slices(examination, low if rest == "above" else high - slices, slices)


def half_slab(examination: Examination, slices: int, half: Side) -> Examination | None:
    """So many `slices` from the pancreas's middle upwards (its half `above`) or downwards.

    The middle halves its volume. None where the scan ends before.
    """
    volume = np.cumsum(np.count_nonzero(examination.reference.array, axis=(1, 2)))
    middle = int(np.abs(volume - volume[-1] / 2).argmin()) + 1
    return _slices(examination, middle if half == "above" else middle - slices, slices)


def pancreas_slices(examination: Examination) -> tuple[int, int]:
    """The first slice of the reference, and the one after its last."""
    box = Box.of(examination.reference.array)
    assert box is not None  # no reference is empty
    return box.start[0], box.stop[0]


def _slices(examination: Examination, low: int, slices: int) -> Examination | None:
    depth, rows, columns = examination.grid.shape
    if low < 0 or low + slices > depth:
        return None
    return examination.crop(Box((low, 0, 0), (low + slices, rows, columns)))
