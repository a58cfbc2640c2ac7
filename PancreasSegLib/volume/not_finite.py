"""Voxels without a number: NaN, as registration tools write it beyond the scan, and infinity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.body_level import body_level
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.reading_warnings import HOLES, NOT_FINITE
from PancreasSegLib.volume.refusals import MUCH_NOT_FINITE, NOTHING_FINITE
from PancreasSegLib.volume.volume import Volume

MOST_HOLES = 0.2
"""Of what stands out from the air: with more holes than that, the pancreas may be among them."""


def with_air(scan: Volume, name: str) -> Volume:
    """The scan with air, its darkest value, where it has no finite one; told in its warnings.

    Beyond the field of view that is what there is. Holes are filled as well, if they are few.

    Args:
        scan: of any numeric type; returned as it is where all values are finite.
        name: what the scan is called in a message: a path, or "The scan".

    Raises:
        InputError: more than MOST_HOLES is holes, or there is no finite value at all.
    """
    if scan.array.dtype.kind != "f" or np.isfinite([scan.array.min(), scan.array.max()]).all():
        return scan
    finite = np.isfinite(scan.array)
    field_of_view = Box.of(finite)
    if field_of_view is None:
        raise InputError(NOTHING_FINITE.format(name=name))
    share = _share_of_holes(scan.array[field_of_view.slices], finite[field_of_view.slices])
    if share > MOST_HOLES:
        raise InputError(MUCH_NOT_FINITE.format(name=name, share=_percent(share)))
    air = scan.array.min(initial=np.inf, where=finite)
    told = [NOT_FINITE.format(share=_percent(1 - float(finite.mean())).capitalize())]
    if share > 0:
        told.append(HOLES.format(share=_percent(share)))
    return replace(
        scan,
        array=np.where(finite, scan.array, air),
        warnings=(*scan.warnings, *told),
        field_of_view=field_of_view,
    )


def _share_of_holes(array: np.ndarray, finite: np.ndarray) -> float:
    """Holes as a part of the body and the holes.

    A hole has finite values on both sides of it along one of the axes. What lies beyond a field of
    view without dents, a box or a cylinder in any position, has them along none.
    """
    holes = int((_between(finite) & ~finite).sum())
    if holes == 0:
        return 0.0
    values = array[finite]
    body = int((values > body_level(values)).sum())
    return holes / (holes + body)


def _between(finite: np.ndarray) -> np.ndarray:
    """True where finite values lie on both sides, along any of the three axes."""
    between = np.zeros_like(finite)
    for axis in range(3):
        before = np.logical_or.accumulate(finite, axis=axis)
        after = np.flip(np.logical_or.accumulate(np.flip(finite, axis), axis=axis), axis)
        between |= before & after
    return between


def _percent(share: float) -> str:
    return "less than 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
