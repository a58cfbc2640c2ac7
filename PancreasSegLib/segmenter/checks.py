"""Can this scan be segmented with this model? What cannot is refused; doubts become warnings."""

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.volume.volume import Volume

LEAST_VOXELS = 2
"""Along every axis: between two slices there is something to interpolate."""

DARK_HU = (-1024.0, -50.0)
LEAST_DARK_SHARE = 0.001
LOWEST_TISSUE_HU = 50.0
"""Every CT of an abdomen has air or fat in that share of its voxels, and blood or organs above
that. Scans that were clipped to a soft-tissue window pass; MR, raw, 8-bit and normalised scans do
not, nor do they because of some odd voxels or of padding below -1024."""


def refuse_unusable(scan: Volume, manifest: Manifest) -> None:
    """Raises InputError for a scan of another modality, too small, not finite or constant."""
    if scan.modality is not None and scan.modality != manifest.modality:
        raise InputError(
            f"The scan is of modality {scan.modality}, and the model '{manifest.name}' is for "
            f"{manifest.modality}; choose another model or scan."
        )
    if min(scan.array.shape) < LEAST_VOXELS:
        shape = " x ".join(str(size) for size in scan.array.shape)
        raise InputError(
            f"The scan has {shape} voxels (slices x rows x columns), and at least {LEAST_VOXELS} "
            "are needed along each axis; give a whole volume."
        )
    if not np.isfinite(scan.array.min()) or not np.isfinite(scan.array.max()):
        raise InputError(
            "The scan holds values that are not numbers or infinite; export it again without them."
        )
    if scan.array.min() == scan.array.max():
        raise InputError(
            f"All voxels of the scan have the same value ({scan.array.min():g}); "
            "give a scan with a picture in it."
        )


def grey_value_warnings(scan: Volume, manifest: Manifest) -> list[str]:
    """A warning where a model for HU is given values that do not look like HU."""
    if manifest.window.kind != "hu":
        return []
    dark = (scan.array >= DARK_HU[0]) & (scan.array <= DARK_HU[1])
    low, high = float(scan.array.min()), float(scan.array.max())
    if dark.mean() >= LEAST_DARK_SHARE and high >= LOWEST_TISSUE_HU:
        return []
    return [
        f"The grey values, {low:g} to {high:g}, do not look like Hounsfield units, which the model "
        "expects: the result may be wrong."
    ]
