"""Where the grey values of a body begin, by its scan alone."""

import numpy as np

FRACTION = 0.1


def body_level(values: np.ndarray) -> float:
    """The grey value above which is body: a tenth of the way from the darkest to the brightest.

    The brightest is the 99.5th percentile, so that a few voxels of metal do not decide. `values`
    are finite, of any shape.
    """
    darkest, brightest = float(values.min()), float(np.percentile(values, 99.5))
    return darkest + FRACTION * (brightest - darkest)
