"""Can this scan be segmented with this model? What cannot is refused; doubts become warnings."""

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.not_finite import with_air
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

LEAST_VOXELS = 2
"""Along every axis: between two slices there is something to interpolate."""

LEAST_EXTENT_MM = 80.0
LARGEST_WIDTH_MM = 1000.0
"""A scan's longest side is at least that long, even if it was cut to the organ; its second longest
(its width) at most that, as no scanner's opening is wider."""

HOPELESS_WIDTH_MM = 10000.0
"""No scan is wider, whatever was put around it, and no memory would hold it on a model's grid."""

DARK_HU = (-1024.0, -50.0)
LEAST_DARK_SHARE = 0.001
LOWEST_TISSUE_HU = 50.0
"""Every CT of an abdomen has air or fat in that share of its voxels, and blood or organs above
that. Scans that were clipped to a soft-tissue window pass; MR, raw, 8-bit and normalised scans do
not, nor do they because of some odd voxels or of padding below -1024."""


def usable(scan: Volume, manifest: Manifest) -> Volume:
    """The scan, with air where it has no numbers.

    Raises InputError for one of another modality, too small, far larger than any body, constant or
    without numbers in much of the body.
    """
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
    if np.sort(PatientBox.of_grid(scan.grid).extent)[1] > HOPELESS_WIDTH_MM:
        raise InputError(*size_warnings(scan.grid))
    scan = with_air(scan, "The scan")
    if scan.array.min() == scan.array.max():
        raise InputError(
            f"All voxels of the scan have the same value ({scan.array.min():g}); "
            "give a scan with a picture in it."
        )
    return scan


def scan_warnings(scan: Volume, manifest: Manifest) -> list[str]:
    """What is doubtful in the scan, by its file, its size and its grey values."""
    return [*scan.warnings, *size_warnings(scan.grid), *grey_value_warnings(scan, manifest)]


def size_warnings(grid: Grid) -> list[str]:
    """A warning where the scan is too small or too large for a body, as with cm taken for mm."""
    extent = PatientBox.of_grid(grid).extent
    _, width, longest = np.sort(extent)
    if longest >= LEAST_EXTENT_MM and width <= LARGEST_WIDTH_MM:
        return []
    size = " x ".join(f"{length:.1f}" for length in extent)
    return [
        f"By its voxel sizes the scan measures {size} mm, which no body has: they may be wrong or "
        "in another unit (cm or m for mm); correct them and segment again."
    ]


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
