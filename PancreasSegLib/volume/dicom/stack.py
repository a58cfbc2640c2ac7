"""One volume of parallel slices: their order, their places, and what is missing between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.frames import Frame
from PancreasSegLib.volume.refusals import (
    MISSING_SLICES,
    MULTI_FRAME,
    NO_POSITIONS,
    NOT_PARALLEL,
    ONE_POSITION,
    SAME_POSITION,
    SEVERAL_VALUES,
    TWO_DIMENSIONAL,
    UNEVEN_SLICES,
)

SAME_MM = 0.01
MOST_MISSING = 2
"""So many missing slices are filled in from their neighbours; with more, the scan is refused."""

_EVEN = 0.1  # of the step: how far a slice may lie from its place in an even row
_PARALLEL = 1e-3  # in each direction cosine and millimetre of pixel spacing


@dataclass(frozen=True, eq=False)
class Stack:
    """Slices in the order of their positions along their normal.

    frames: those that are there. numbers: which slice of the volume each of them is; the numbers
    left out are missing slices. affine: (4, 4) voxel index (i, j, k, 1) to LPS millimetres, its
    third column from slice to slice: not along the normal under a tilted gantry.
    """

    frames: tuple[Frame, ...]
    numbers: tuple[int, ...]
    affine: np.ndarray

    @property
    def depth(self) -> int:
        """How many slices the volume has, the missing ones with it."""
        return self.numbers[-1] + 1

    @property
    def missing(self) -> list[int]:
        """The numbers of the slices that are not there."""
        return sorted(set(range(self.depth)) - set(self.numbers))

    @property
    def normal(self) -> np.ndarray:
        """(3,) of the slices, LPS, of length 1."""
        return _place(self.frames[0])[:3, 2]

    @property
    def step_mm(self) -> float:
        """From slice to slice, along the normal."""
        return float(abs(self.affine[:3, 2] @ self.normal))

    @property
    def range_mm(self) -> tuple[float, float]:
        """Where the first and the last slice lie along the normal."""
        first, last = (_place(self.frames[end])[:3, 3] @ self.normal for end in (0, -1))
        return float(first), float(last)


def make_stack(frames: Iterable[Frame], path: Path) -> Stack:
    """The volume of slices that are given in any order.

    Raises InputError for a single slice, colours, slices without a place, that are not parallel,
    that share a position, of which more than MOST_MISSING are missing, or unevenly spaced ones.
    """
    slices = list(frames)
    _check_each(slices, path)
    _check_parallel(slices, path)
    normal = _place(slices[0])[:3, 2]
    slices.sort(key=lambda frame: float(_place(frame)[:3, 3] @ normal))
    positions = np.array([_place(frame)[:3, 3] for frame in slices])
    gaps = np.diff(positions @ normal)
    _refuse_same_position(gaps, path)
    numbers = _numbers(positions, gaps, path)
    affine = _place(slices[0]).copy()
    affine[:3, 2] = (positions[-1] - positions[0]) / numbers[-1]
    return Stack(tuple(slices), numbers, affine)


def _place(frame: Frame) -> np.ndarray:
    assert frame.place is not None  # checked before
    return frame.place


def _check_each(slices: Sequence[Frame], path: Path) -> None:
    if any(frame.values > 1 for frame in slices):
        raise InputError(SEVERAL_VALUES.format(path=path))
    if any(frame.place is None for frame in slices):
        several = any(frame.count > 1 for frame in slices)
        raise InputError((MULTI_FRAME if several else NO_POSITIONS).format(path=path))
    if len(slices) < 2:
        raise InputError(TWO_DIMENSIONAL.format(path=path))


def _check_parallel(slices: Sequence[Frame], path: Path) -> None:
    first = slices[0]
    for frame in slices[1:]:
        if frame.shape != first.shape or not np.allclose(
            _place(frame)[:3, :3], _place(first)[:3, :3], rtol=0, atol=_PARALLEL
        ):
            raise InputError(NOT_PARALLEL.format(path=path))


def _refuse_same_position(gaps: np.ndarray, path: Path) -> None:
    same = gaps < SAME_MM
    if same.all():
        raise InputError(ONE_POSITION.format(path=path))
    if same.any():
        raise InputError(SAME_POSITION.format(path=path))


def _numbers(positions: np.ndarray, gaps: np.ndarray, path: Path) -> tuple[int, ...]:
    """Which slice of an even row each is."""
    step = float(np.sort(gaps)[(len(gaps) - 1) // 2])  # one that really occurs, unlike the median
    steps = np.maximum(np.rint(gaps / step), 1).astype(int)
    numbers = np.concatenate([[0], np.cumsum(steps)])
    missing = int(numbers[-1]) + 1 - len(positions)
    if missing > MOST_MISSING:
        raise InputError(MISSING_SLICES.format(path=path, count=missing, step=step, gap=gaps.max()))
    along = numbers[:, None] / numbers[-1]
    even = positions[0] + along * (positions[-1] - positions[0])
    if np.abs(positions - even).max() > _EVEN * step:
        smallest, largest = gaps.min(), gaps.max()
        raise InputError(UNEVEN_SLICES.format(path=path, smallest=smallest, largest=largest))
    return tuple(int(number) for number in numbers)
