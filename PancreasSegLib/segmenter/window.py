"""Grey values to the network's input: the model's window becomes 0 to 1, all else is clipped.

Always before resampling: so air at -1000 HU and bone at 1500 HU count no more than the window's
ends, and a scan that was clipped before gives the same answer as one that was not.
"""

import numpy as np

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.volume.body_level import body_level
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import part_for, resample
from PancreasSegLib.volume.volume import Volume

SLAB = 32
"""Slices of the model's grid that are made at once."""


def grey_levels(array: np.ndarray, window: Window) -> tuple[float, float]:
    """The two grey values that become 0 and 1: the window's own (HU), or percentiles of the body.

    The body is what stands out from the air around it (`body_level`). Without that, the share of
    air in the picture would decide.
    """
    if window.kind == "hu":
        return window.low, window.high
    body = array[array > body_level(array)]
    if body.size == 0:
        darkest = float(array.min())
        return darkest, max(float(array.max()), darkest + 1.0)
    low, high = (float(level) for level in np.percentile(body, (window.low, window.high)))
    return low, high if high > low else low + 1.0


def windowed(volume: Volume, levels: tuple[float, float]) -> Volume:
    """The volume as float32 in [0, 1]: 0 up to the first grey level, 1 from the last one on."""
    low, high = levels
    array = volume.array.astype(np.float32)
    array -= low
    array /= high - low
    np.clip(array, 0.0, 1.0, out=array)
    return volume.with_array(array)


def windowed_on_grid(scan: Volume, window: Window, grid: Grid) -> Volume:
    """The network's input on a model's `grid`: windowed, then resampled; 0 outside the scan.

    Slab by slab, so that no second copy of a whole-body scan is in memory.
    """
    levels = grey_levels(scan.array, window)
    array = np.empty(grid.shape, dtype=np.float32)
    for start in range(0, grid.shape[0], SLAB):
        slab = Box((start, 0, 0), (min(start + SLAB, grid.shape[0]), *grid.shape[1:]))
        part = windowed(part_for(scan, grid.crop(slab)), levels)
        array[slab.slices] = resample(part, grid.crop(slab), outside=0.0).array
    return Volume(array, grid.affine, scan.modality)
