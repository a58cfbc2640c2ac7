"""Measurements of a mask on a scan."""

from dataclasses import dataclass

import numpy as np

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.volume import Volume


@dataclass(frozen=True)
class Measurements:
    """Of the voxels inside a mask.

    volume_ml: their volume.
    intensity_mean, intensity_sd: of the scan's own grey values (HU in CT); None if there are none.
    extent_mm: along the patient's axes, to the voxels' outer faces.
    slices: how many of the scan's slices (its first array axis) hold any.
    """

    volume_ml: float
    intensity_mean: float | None
    intensity_sd: float | None
    extent_mm: dict[str, float]
    slices: int


AXES = ("left_right", "anterior_posterior", "inferior_superior")


def measure(scan: Volume, part: np.ndarray, box: Box) -> Measurements:
    """Measure the boolean mask `part`, which lies at `box` of the scan."""
    if not part.any():
        return Measurements(0.0, None, None, dict.fromkeys(AXES, 0.0), 0)
    values = scan.array[box.slices][part].astype(np.float64)
    grid = scan.grid.crop(box)
    points = grid.to_world(np.argwhere(part)[:, ::-1])
    extent = np.ptp(points, axis=0) + np.abs(grid.affine[:3, :3]).sum(axis=1)
    return Measurements(
        volume_ml=float(part.sum()) * grid.voxel_ml,
        intensity_mean=float(values.mean()),
        intensity_sd=float(values.std()),
        extent_mm=dict(zip(AXES, extent.tolist(), strict=True)),
        slices=int(part.any(axis=(1, 2)).sum()),
    )
