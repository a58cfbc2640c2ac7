"""Copies of slices, as after an export that was merged into an older one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.frames import Frame
from PancreasSegLib.volume.dicom.pixels import values_of
from PancreasSegLib.volume.refusals import COPIES_DIFFER


def without_copies(frames: Iterable[Frame], path: Path) -> list[Frame]:
    """Each slice (instance and frame number) once.

    Raises InputError if two files of the same instance differ in place or values.
    """
    kept: dict[tuple[str, int], Frame] = {}
    nameless = []
    for frame in frames:
        if frame.instance is None:
            nameless.append(frame)
            continue
        known = kept.setdefault((frame.instance, frame.index), frame)
        if known is not frame and not _same(known, frame):
            raise InputError(COPIES_DIFFER.format(path=path, one=known.path, other=frame.path))
    return [*kept.values(), *nameless]


def _same(one: Frame, other: Frame) -> bool:
    if one.place is None or other.place is None:
        same_place = one.place is other.place
    else:
        same_place = np.allclose(one.place, other.place)
    if not same_place or one.shape != other.shape:
        return False
    (values,), (others,) = values_of([one]), values_of([other])
    return np.array_equal(values, others)
