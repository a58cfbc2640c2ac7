"""A scan, its reference and its organ labels, all on one grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.volume import Box, Grid, Volume, read_mask, read_volume, reorient


@dataclass(frozen=True, eq=False)
class Examination:
    """What a kind is made from, and what it is.

    Attributes:
        scan: HU (k, j, i); i runs to the Left, j to Posterior, k to Superior, or nearly so.
        reference: uint8, 1 in the pancreas.
        organs: uint8, labels as in `PancreasSegLib/phantom/tissue.py`, 1 to 8 at least.

    Raises:
        ValueError: the three do not lie on one grid.
    """

    scan: Volume
    reference: Volume
    organs: Volume

    def __post_init__(self) -> None:
        if not all(self.grid.is_same_as(other.grid) for other in (self.reference, self.organs)):
            raise ValueError("A scan, its reference and its organ labels must share one grid.")

    @classmethod
    def upright(cls, scan: Volume, reference: Volume, organs: Volume) -> Examination:
        """The three, their axes in the patient's order; nothing is interpolated."""
        patient = np.eye(4)
        return cls(*(reorient(volume, patient) for volume in (scan, reference, organs)))

    @property
    def grid(self) -> Grid:
        """Of all three."""
        return self.scan.grid

    def with_scan(self, array: np.ndarray) -> Examination:
        """Other grey values of the same patient."""
        return Examination(self.scan.with_array(array), self.reference, self.organs)

    def crop(self, box: Box) -> Examination:
        """The part inside `box`; the reference is what of it lies there."""
        return self.each(
            lambda volume: Volume(
                volume.array[box.slices], volume.grid.crop(box).affine, volume.modality
            )
        )

    def each(self, change: Callable[[Volume], Volume]) -> Examination:
        """The same `change` of all three."""
        return Examination(change(self.scan), change(self.reference), change(self.organs))


def read_examination(scans: Path, name: str) -> Examination:
    """`name`.nii.gz, `name`_pancreas.nii.gz and `name`_organs.nii.gz of the folder `scans`."""
    organs = read_volume(scans / f"{name}_organs.nii.gz")
    return Examination.upright(
        read_volume(scans / f"{name}.nii.gz"),
        read_mask(scans / f"{name}_pancreas.nii.gz"),
        organs.with_array(np.rint(organs.array).astype(np.uint8)),
    )
