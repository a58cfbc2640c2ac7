"""Can this scan be segmented with this model? What cannot is refused; doubts become warnings."""

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.segmenter.grey_values import grey_value_warnings, is_label_map
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

THICKEST_SLICES_MM = 6.0
"""Twice the distance of the slices that the bundled models were trained on."""


def usable(scan: Volume, manifest: Manifest) -> Volume:
    """The scan, with air where it has no numbers.

    Raises InputError for one of another modality, too small, far larger than any body, constant,
    without numbers in much of the body, or a label map.
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
    if is_label_map(scan.array):
        raise InputError(
            f"The scan holds whole numbers up to {scan.array.max():g} in areas of one value, as a "
            "mask or a label map does; give the scan that they were drawn on."
        )
    return scan


def scan_warnings(scan: Volume, manifest: Manifest) -> list[str]:
    """What is doubtful in the scan, by its file, its size and its grey values."""
    return [
        *scan.warnings,
        *size_warnings(scan.grid),
        *slice_warnings(scan.grid),
        *grey_value_warnings(scan, manifest),
    ]


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


def slice_warnings(grid: Grid) -> list[str]:
    """A warning where the slices are much thicker than those that the models were trained on."""
    thickest = float(grid.spacing.max())
    if thickest <= THICKEST_SLICES_MM:
        return []
    return [
        f"The scan's slices are {thickest:.1f} mm apart, and the model was trained on about 3 mm: "
        "small parts of the pancreas may be lost and its volume be wrong; give thinner slices if "
        "there are any."
    ]
