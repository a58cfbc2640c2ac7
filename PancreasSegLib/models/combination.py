"""How probabilities become a mask: all that is chosen there besides networks and region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.table import refuse_folder

AveragedBy = Literal["mean", "median"]
"""How the probabilities of several views and models are put together, voxel by voxel."""

AVERAGES: tuple[str, ...] = get_args(AveragedBy)


@dataclass(frozen=True)
class Combination:
    """How a model's probabilities become a mask. The order of the fields is that of the steps.

    Manifests, configurations and cross-validations hold it as it is, and compare it as a whole.

    averaged_with: names of models beside this one, whose probabilities are averaged with its own,
    all inside its region. Every view of every model counts alike.
    averaged_by: in a median of three or more no single one puts in what none of the others sees, or
    takes out what all of them see; the median of two is their mean.
    smoothing_mm: standard deviation of the 3D Gaussian that smooths the probability, 0 for none.
    intensity_likelihood: whether the probability is then weighed by the scan's own grey values.
    threshold: a voxel is pancreas where its probability, before calibration, is above it. For a
    coarse stage a low one costs a larger region, a high one may cost a part of the pancreas.
    least_component: the mask's connected components smaller than this share of the largest are left
    out; 0 keeps all.

    Raises `InputError` for a value that cannot be.
    """

    averaged_with: tuple[str, ...] = ()
    averaged_by: AveragedBy = "mean"
    smoothing_mm: float = 0.0
    intensity_likelihood: bool = False
    threshold: float = 0.5
    least_component: float = 0.0

    def __post_init__(self) -> None:
        for name in self.averaged_with:
            refuse_folder("averaged_with", name)
        if self.smoothing_mm < 0:
            raise InputError(
                f"smoothing_mm is {self.smoothing_mm:g}; it must be a length in mm, 0 or more."
            )
        if not 0 < self.threshold < 1:
            raise InputError(f"threshold is {self.threshold:g}; it must be between 0 and 1.")
        if not 0 <= self.least_component <= 1:
            raise InputError(
                f"least_component is {self.least_component:g}; it must be a share from 0 to 1."
            )
