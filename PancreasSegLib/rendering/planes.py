"""Planes through a scan as a radiologist looks at them, whatever the scan's storage order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.orientation import nearest_axes

# World axes of LPS (0 Left, 1 Posterior, 2 Superior) and the sense in which they are seen:
# (columns run along, rows run along, the plane's normal).
VIEWS: dict[str, tuple[tuple[int, int], tuple[int, int], int]] = {
    "axial": ((0, +1), (1, +1), 2),  # patient's right at the left, anterior at the top
    "coronal": ((0, +1), (2, -1), 1),  # patient's right at the left, superior at the top
    "sagittal": ((1, +1), (2, -1), 0),  # anterior at the left, superior at the top
}
SENSES = (("R", "L"), ("A", "P"), ("I", "S"))  # of negative and positive x, y, z


@dataclass(frozen=True, eq=False)
class Region:
    """A box in the patient, LPS mm, parallel to the patient's axes."""

    low: np.ndarray  # (3,)
    high: np.ndarray  # (3,)

    @property
    def corners(self) -> np.ndarray:
        """The eight corners, (8, 3) LPS mm."""
        return np.array(np.meshgrid(*zip(self.low, self.high, strict=True))).reshape(3, -1).T


@dataclass(frozen=True)
class Plane:
    """One plane: a name of ``VIEWS`` and the position along its normal in LPS mm."""

    view: str
    position: float

    @property
    def label(self) -> str:
        """View and position as Slicer's slice views give it, e.g. ``axial  S: 120 mm``."""
        sense = SENSES[VIEWS[self.view][2]][1 if self.position >= 0 else 0]
        return f"{self.view}  {sense}: {abs(self.position):.0f} mm"

    @property
    def side(self) -> str:
        """The letter of the patient's side at the left edge of the picture."""
        return SENSES[VIEWS[self.view][0][0]][0]

    def grid(self, region: Region, pixel_mm: float) -> Grid:
        """The plane's pixels in ``region``: shape (1, rows, columns), square pixels."""
        (across, across_sense), (down, down_sense), normal = VIEWS[self.view]
        affine = np.zeros((4, 4))
        affine[across, 0] = across_sense * pixel_mm
        affine[down, 1] = down_sense * pixel_mm
        affine[normal, 2] = pixel_mm
        affine[3, 3] = 1
        for axis, sense in ((across, across_sense), (down, down_sense)):
            affine[axis, 3] = region.low[axis] if sense > 0 else region.high[axis]
        affine[normal, 3] = self.position
        extent = region.high - region.low
        rows, columns = (int(extent[axis] / pixel_mm) + 1 for axis in (down, across))
        return Grid((1, rows, columns), affine)


def axial_planes(scan: Grid, low: float, high: float, count: int) -> list[Plane]:
    """Up to ``count`` evenly spaced axial planes from ``low`` to ``high`` (LPS z in mm).

    They lie on the scan's own slices where those are axial, so that nothing is blurred; fewer
    come back where there are fewer slices.
    """
    step = scan.spacing[nearest_axes(scan.affine, np.eye(4))[0][2]]
    first = scan.corners()[:, 2].min()
    wished = low + (np.arange(count) + 0.5) / count * (high - low)
    slices = np.unique(np.rint((wished - first) / step))
    return [Plane("axial", float(first + number * step)) for number in slices]
