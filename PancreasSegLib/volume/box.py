"""A box of voxels inside a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Box:
    """Voxels from `start` up to, but not including, `stop`; both are (k, j, i) indices."""

    start: tuple[int, int, int]
    stop: tuple[int, int, int]

    @classmethod
    def of(cls, mask: np.ndarray) -> Box | None:
        """The smallest box that holds every non-zero voxel of `mask` (k, j, i); None if empty."""
        start, stop = [0, 0, 0], list(mask.shape)
        for axis in range(3):
            # Only what the axes before have left: a whole CT is read once.
            left = mask[start[0] : stop[0], start[1] : stop[1], start[2] : stop[2]]
            others = tuple(other for other in range(3) if other != axis)
            indices = np.flatnonzero(left.any(axis=others))
            if indices.size == 0:
                return None
            stop[axis] = start[axis] + int(indices[-1]) + 1
            start[axis] += int(indices[0])
        return cls((start[0], start[1], start[2]), (stop[0], stop[1], stop[2]))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along (k, j, i)."""
        (k, j, i), (k_stop, j_stop, i_stop) = self.start, self.stop
        return (k_stop - k, j_stop - j, i_stop - i)

    @property
    def slices(self) -> tuple[slice, slice, slice]:
        """Cuts the box out of an array: `array[box.slices]`."""
        k, j, i = (slice(first, last) for first, last in zip(self.start, self.stop, strict=True))
        return (k, j, i)

    def grown(self, margin: Sequence[int], shape: Sequence[int]) -> Box:
        """The box with `margin` (k, j, i) more voxels on both sides, cut at an array's `shape`."""
        start = [max(first - more, 0) for first, more in zip(self.start, margin, strict=True)]
        stop = [
            min(last + more, size)
            for last, more, size in zip(self.stop, margin, shape, strict=True)
        ]
        return Box((start[0], start[1], start[2]), (stop[0], stop[1], stop[2]))
