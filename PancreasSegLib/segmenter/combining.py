"""The probabilities of several views and models become one, as the manifest's combination says."""

from collections.abc import Callable, Sequence

import numpy as np

from PancreasSegLib.models.combination import Combination
from PancreasSegLib.segmenter.intensity_likelihood import weighed_by_intensity
from PancreasSegLib.segmenter.smoothing import smoothed
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import resample
from PancreasSegLib.volume.volume import Volume

PUT_TOGETHER: dict[str, Callable[..., np.ndarray]] = {"mean": np.mean, "median": np.median}
"""For each of `combination.AVERAGES`, the function of several probabilities."""


def on_grid(probability: Volume, grid: Grid) -> np.ndarray:
    """The probability of a model on the `grid` (k, j, i) of the model that it is averaged with."""
    if probability.grid.is_same_as(grid):
        return probability.array
    return resample(probability, grid, outside=0.0).array


def combined(
    probabilities: Sequence[np.ndarray], image: Volume, combination: Combination
) -> Volume:
    """Probabilities (k, j, i) on the grid of `image`, which is windowed to [0, 1], as one.

    Averaged, then smoothed, then weighed by the grey values of `image`, where that is asked for.
    """
    average = PUT_TOGETHER[combination.averaged_by](probabilities, axis=0)
    probability = image.with_array(average)
    if combination.smoothing_mm > 0:
        probability = smoothed(probability, combination.smoothing_mm)
    if combination.intensity_likelihood:
        probability = weighed_by_intensity(probability, image)
    return probability
