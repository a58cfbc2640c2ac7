"""What a comparison with a reference found, for a case and for its slices."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class SliceOverlap:
    """Overlap on one slice ``k`` of the mask's grid, counted from 0."""

    k: int
    dice: float
    jaccard: float
    mask_voxels: int
    reference_voxels: int


@dataclass(frozen=True)
class Evaluation:
    """All metrics of a case; nan where a metric is undefined (``PancreasSegLib/metrics``).

    Volumes, distances and overlaps are measured on the mask's grid. ``slices`` holds the slices in
    which the mask or the reference has a voxel, in the order of storage; slices in which both are
    empty are left out.
    """

    dice: float
    jaccard: float
    precision: float
    recall: float
    surface_dice_2mm: float
    hd95_mm: float
    average_surface_distance_mm: float
    mask_ml: float
    reference_ml: float
    volume_difference_ml: float
    volume_difference_percent: float
    resampled: bool  # the reference came on another grid
    reference_outside_percent: float  # share of its voxels beyond the mask's grid: not compared
    slices: tuple[SliceOverlap, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, strings and lists for JSON; nan, which JSON lacks, becomes None."""
        values = asdict(self)
        values["slices"] = [_without_nan(one) for one in values["slices"]]
        return _without_nan(values)


def _without_nan(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in values.items()
    }
