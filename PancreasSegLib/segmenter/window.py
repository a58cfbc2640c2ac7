"""Grey values to the network's input: the model's window becomes 0 to 1, all else is clipped.

Always clipped before resampling: so air at -1000 HU and bone at 1500 HU count no more than tissue,
and a scan that was clipped before gives the same answer as one that was not.

A CT's enhancement by contrast medium differs from scan to scan: the pancreas has 5 to 170 HU in the
14 BTCV scans at hand (standard deviation 36 HU). A window of kind "tissue" is stretched by the
tissue around the pancreas; the same differences are then those of 16 HU. Fat needs no correction.
"""

import numpy as np

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import resample
from PancreasSegLib.volume.volume import Volume

BODY_FRACTION = 0.1
"""MR: the body is brighter than this part of the way from the darkest to the brightest tissue."""


TYPICAL_TISSUE_HU = 108.0
"""Three quarters of the soft tissue around the pancreas lie below: mean of the 14 BTCV scans."""

BRIGHTEST_HU = 275.0
"""Where those scans were clipped; bone, stones and much contrast medium in the bowel are above."""

BONE_HU = 270.0
"""Just below, so that what was clipped counts for no tissue."""


def grey_levels(array: np.ndarray, window: Window) -> tuple[float, float]:
    """The two grey values that become 0 and 1: the window's own (HU), or percentiles of the body.

    The body is what stands out from the air around it: voxels above a tenth of the way from the
    minimum to the 99.5th percentile. Without that, the share of air in the picture would decide.
    """
    if window.kind == "hu":
        return window.low, window.high
    darkest, brightest = float(array.min()), float(np.percentile(array, 99.5))
    body = array[array > darkest + BODY_FRACTION * (brightest - darkest)]
    if body.size == 0:
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


def windowed_on_grid(scan: Volume, window: Window, grid: Grid, region: Box | None = None) -> Volume:
    """The network's input on a model's `grid`: windowed and resampled; 0 outside the scan.

    region: the voxels of `grid` around the pancreas, which tell a window of kind "tissue" the
    scan's enhancement; all of them by default.
    """
    if window.kind != "tissue":
        return resample(windowed(scan, grey_levels(scan.array, window)), grid, outside=0.0)
    stack = resample(windowed(scan, (window.low, BRIGHTEST_HU)), grid, outside=0.0)
    hu = window.low + stack.array * (BRIGHTEST_HU - window.low)
    level = tissue_level(hu if region is None else hu[region.slices])
    stretch = (level - window.low) / (TYPICAL_TISSUE_HU - window.low)
    scale = (BRIGHTEST_HU - window.low) / (window.high - window.low) / stretch
    return stack.with_array(np.minimum(stack.array * np.float32(scale), 1.0))


def tissue_level(hu: np.ndarray) -> float:
    """What three quarters of the soft tissue in `hu` lie below; the typical level without any."""
    tissue = hu[(hu > 0) & (hu < BONE_HU)]
    return float(np.percentile(tissue, 75)) if tissue.size else TYPICAL_TISSUE_HU
