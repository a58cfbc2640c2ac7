"""Several volumes in one series, such as the phases of a contrast study or of a heartbeat."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.frames import ORDERS, Frame
from PancreasSegLib.volume.dicom.stack import SAME_MM, Stack, make_stack

RANKED = ("content time", "instance number")
"""Orders that go up from slice to slice: at each position, their lowest is of the first volume."""

_PARALLEL = 0.999  # cosine between two normals


@dataclass(frozen=True)
class Phases:
    """The volumes of one series, in order; `told_apart_by` is of ORDERS, None for a single one."""

    stacks: tuple[Stack, ...]
    told_apart_by: str | None = None


def phases_of(frames: Sequence[Frame], path: Path) -> Phases:
    """One volume if the slices make one; else those into which some order parts them.

    Raises InputError, as `make_stack` does for all of them, where no order gives whole volumes that
    lie in the same part of the patient.
    """
    try:
        return Phases((make_stack(frames, path),))
    except InputError:
        if len(frames) < 2 or any(frame.place is None for frame in frames):
            raise
        for order in ORDERS:
            stacks = _parted(frames, order, path)
            if len(stacks) > 1 and _overlap(stacks):
                return Phases(stacks, order)
        raise


def _parted(frames: Sequence[Frame], order: str, path: Path) -> tuple[Stack, ...]:
    """The volumes by one order; none where it makes no whole ones."""
    if any(order not in frame.orders for frame in frames):
        return ()
    groups = _ranked(frames, order) if order in RANKED else _grouped(frames, order)
    try:
        return tuple(make_stack(group, path) for group in groups)
    except InputError:
        return ()


def _grouped(frames: Iterable[Frame], order: str) -> list[list[Frame]]:
    groups = defaultdict(list)
    for frame in frames:
        groups[_sortable(frame.orders[order])].append(frame)
    return [groups[value] for value in sorted(groups)]


def _ranked(frames: Sequence[Frame], order: str) -> list[list[Frame]]:
    """At each position the lowest is of the first volume; none where positions have not equally
    many slices, or two have the same rank."""
    positions = _by_position(frames)
    count = len(positions[0])
    for together in positions:
        together.sort(key=lambda frame: _sortable(frame.orders[order]))
        values = [frame.orders[order] for frame in together]
        if len(together) != count or len(set(values)) != count:
            return []
    return [[together[rank] for together in positions] for rank in range(count)]


def _by_position(frames: Sequence[Frame]) -> list[list[Frame]]:
    first = frames[0].place
    assert first is not None  # checked before
    along = sorted(
        (
            (float(frame.place[:3, 3] @ first[:3, 2]), frame)
            for frame in frames
            if frame.place is not None
        ),
        key=lambda one: one[0],
    )
    positions = [[along[0][1]]]
    for (before, _), (here, frame) in pairwise(along):
        if here - before < SAME_MM:
            positions[-1].append(frame)
        else:
            positions.append([frame])
    return positions


def _sortable(value: str) -> tuple[float, str]:
    """Numbers by their value, before texts."""
    try:
        number = float(value)
    except ValueError:
        return math.inf, value
    return (number, "") if math.isfinite(number) else (math.inf, value)


def _overlap(stacks: Sequence[Stack]) -> bool:
    """True if they show the same part of the patient, and are no pieces of one volume."""
    if any(stack.normal @ stacks[0].normal < _PARALLEL for stack in stacks):
        return False
    ranges = [stack.range_mm for stack in stacks]
    return max(low for low, _ in ranges) < min(high for _, high in ranges)
