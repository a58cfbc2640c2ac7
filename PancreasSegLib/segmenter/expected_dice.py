"""How good a mask can be expected to be, by the probabilities that it was cut from."""

import numpy as np


def expected_dice(probability: np.ndarray, mask: np.ndarray) -> float | None:
    """The Dice of the boolean `mask` with a pancreas that is at each voxel with its probability.

    probability: calibrated, in [0, 1], of the mask's shape. The ratio of the expected values,
    2 E|mask and pancreas| / (|mask| + E|pancreas|); None for an empty mask.
    """
    if not mask.any():
        return None
    inside = float(probability[mask].sum(dtype=np.float64))
    return 2 * inside / (float(mask.sum()) + float(probability.sum(dtype=np.float64)))
