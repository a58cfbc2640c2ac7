"""A scan or a mask together with its geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid, checked_affine


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels and where they lie.

    Attributes:
        array: (k, j, i) = (slice, row, column) of any numeric type.
        affine: (4, 4) float64, voxel index (i, j, k, 1) to LPS millimetres; see `Grid`.
        modality: "CT", "MR", ... where the file says so (DICOM), else None.
        warnings: sentences for a person: what is doubtful in the file that it was read from.
        field_of_view: the smallest box that holds all voxels with a value of their own, where
            others had none and were filled; None if all have one.

    Raises:
        ValueError: the array has not three axes, or the affine cannot be used.
    """

    array: np.ndarray
    affine: np.ndarray
    modality: str | None = None
    warnings: tuple[str, ...] = ()
    field_of_view: Box | None = None

    def __post_init__(self) -> None:
        if self.array.ndim != 3:
            raise ValueError(f"A volume has three axes, this array has {self.array.ndim}.")
        object.__setattr__(self, "affine", checked_affine(self.affine))

    @property
    def grid(self) -> Grid:
        """Shape and affine alone."""
        k, j, i = self.array.shape
        return Grid((k, j, i), self.affine)

    def with_array(self, array: np.ndarray) -> Volume:
        """Other values on the same voxels; ValueError if the shape differs."""
        if array.shape != self.array.shape:
            raise ValueError(f"Expected an array of shape {self.array.shape}, got {array.shape}.")
        return Volume(array, self.affine, self.modality)
