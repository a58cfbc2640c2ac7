"""Are these the grey values that a model expects?"""

from __future__ import annotations

import numpy as np

from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.volume.volume import Volume

LOOKED_AT = 200
"""Slices, rows and columns at most: each value of a whole-body CT need not be seen."""

DARK_HU = (-1024.0, -50.0)
LEAST_DARK_SHARE = 0.001
LOWEST_TISSUE_HU = 50.0
"""Every CT of an abdomen has air or fat in that share of its voxels, and blood or organs above
that. Scans that were clipped to a soft-tissue window pass; MR, raw, 8-bit and normalised scans do
not, nor do they because of some odd voxels or of padding below -1024."""

SOFT_HU = (-300.0, 500.0)
SOFT_MEDIAN_HU = (-140.0, 160.0)
"""The median of what may be soft tissue lies between fat and vessels full of contrast medium. Where
water is not near 0, as in many cone-beam CTs, it does not."""

AIR_HU = -500.0
LEAST_AIR_SHARE = 0.01
"""No MR scan is that dark in so many voxels, whatever it was normalised to."""

MOST_LABELS = 255
ALIKE_SHARE = 0.95
"""Of neighbours inside of the labels; in a scan, noise makes nearly all of them different."""


def grey_value_warnings(scan: Volume, manifest: Manifest) -> list[str]:
    """A warning where a model for HU is given values that do not look like HU, or the reverse."""
    values = _sample(scan.array)
    low, high = float(scan.array.min()), float(scan.array.max())
    if manifest.window.kind != "hu":
        if (values < AIR_HU).mean() < LEAST_AIR_SHARE:
            return []
        return [
            f"The grey values, {low:g} to {high:g}, look like a CT's, and the model is for "
            f"{manifest.modality}: the result is probably wrong; choose a model for CT."
        ]
    dark = (values >= DARK_HU[0]) & (values <= DARK_HU[1])
    if dark.mean() < LEAST_DARK_SHARE or high < LOWEST_TISSUE_HU:
        return [
            f"The grey values, {low:g} to {high:g}, do not look like Hounsfield units (air -1000, "
            "water 0), which the model expects: the result may be wrong. Check that the scan is "
            "a CT, neither MR nor PET, and that its values are neither shifted nor scaled."
        ]
    # Without the ends of a window that the scan may have been clipped to.
    soft = values[(values > max(SOFT_HU[0], low)) & (values < min(SOFT_HU[1], high))]
    median = float(np.median(soft)) if soft.size else 0.0
    if SOFT_MEDIAN_HU[0] <= median <= SOFT_MEDIAN_HU[1]:
        return []
    return [
        f"The soft tissue of the scan has about {median:.0f} HU, which no body has: the values "
        "seem to be shifted, as in many cone-beam CTs, and the result may be wrong; calibrate "
        "the scan to Hounsfield units (air -1000, water 0)."
    ]


def is_label_map(array: np.ndarray) -> bool:
    """True for numbers of structures in place of grey values: whole, and alike side by side."""
    if array.min() < 0 or array.max() > MOST_LABELS:
        return False
    values = _sample(array, every=False)
    if (values != np.rint(values)).any():
        return False
    left, right = values[..., 1:], values[..., :-1]
    inside = (left > 0) & (right > 0)
    return bool(inside.any()) and float((left == right)[inside].mean()) >= ALIKE_SHARE


def _sample(array: np.ndarray, every: bool = True) -> np.ndarray:
    """At most LOOKED_AT slices, and rows and columns alike where neighbours are not needed."""
    steps = [-(-size // LOOKED_AT) for size in array.shape]
    if not every:
        return array[:: steps[0], :: steps[1]]
    return array[:: steps[0], :: steps[1], :: steps[2]]
