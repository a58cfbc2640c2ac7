"""The mask, cut out of the probability: on the model's grid and on the scan's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from PancreasSegLib.models.combination import Combination
from PancreasSegLib.segmenter.components import large_components
from PancreasSegLib.segmenter.input_grid import NOWHERE, onto_input_grid
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.volume import Volume


@dataclass(frozen=True, eq=False)
class Cut:
    """A probability and the mask that was cut out of it, where there is any of it.

    probability, mask: at the voxels `box` of the scan's own grid; float32, and boolean.
    model_probability, model_mask: on the part of the model's grid that was looked at; None where
    that is nowhere.
    """

    probability: np.ndarray
    mask: np.ndarray
    box: Box
    model_probability: Volume | None
    model_mask: Volume | None


def cut(probability: Volume | None, grid: Grid, combination: Combination) -> Cut:
    """Cut `probability` at the threshold, on its own grid and on the scan's `grid`."""
    if probability is None:
        nothing = np.zeros(NOWHERE.shape, dtype=np.float32)
        return Cut(nothing, nothing > 0, NOWHERE, None, None)
    part, box = onto_input_grid(probability, grid)
    model_mask = probability.with_array(mask_of(probability.array, combination))
    return Cut(part, mask_of(part, combination), box, probability, model_mask)


def mask_of(probability: np.ndarray, combination: Combination) -> np.ndarray:
    """Above the threshold, without the components that are too small; boolean."""
    mask = probability > combination.threshold
    return large_components(mask, combination.least_component)
