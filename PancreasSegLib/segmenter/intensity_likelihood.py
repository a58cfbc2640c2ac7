"""Grey values as evidence: what a network finds likely, weighed by what this scan shows there.

A pancreas is brighter than the fat around it and, in most phases, darker than the vessels; by how
much differs from scan to scan. Where it lies is known well enough to tell from the scan itself.
"""

import numpy as np

from PancreasSegLib.volume.volume import Volume

NEAR = 0.02
"""Voxels of a higher probability tell the grey values of the pancreas and of what is around it."""

BINS = 40
BLUR = 1.5
"""Standard deviation in bins of what smooths a histogram: 13 HU in a window of 340 HU."""

RARE = 1e-3
"""The share of each grey value that is taken for granted: one never seen tells nothing."""


def weighed_by_intensity(probability: Volume, image: Volume) -> Volume:
    """The posterior of `probability` (k, j, i) as prior, given the grey values of `image`.

    image: on the same grid, windowed to [0, 1]. Bayes' rule voxel by voxel, with one step of
    expectation maximisation for the likelihoods: p(grey | pancreas) and p(grey | other) are
    smoothed histograms over the voxels above 0.02, weighted by the probability and by its
    complement. A probability of 0 or 1 stays what it is, and so do all where no voxel is near.
    """
    prior = probability.array
    near = prior > NEAR
    if not near.any():
        return probability
    pancreas = _histogram(image.array[near], prior[near])
    other = _histogram(image.array[near], 1 - prior[near])
    centres = (np.arange(BINS) + 0.5) / BINS
    ratio = np.interp(image.array, centres, pancreas / other).astype(np.float32)
    weighed = prior * ratio
    return probability.with_array(weighed / (weighed + 1 - prior))


def _histogram(grey: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The smoothed share of each of BINS grey values in [0, 1], each at least RARE."""
    counts = np.histogram(grey, BINS, (0.0, 1.0), weights=weight)[0]
    offsets = np.arange(-8, 9)
    kernel = np.exp(-0.5 * (offsets / BLUR) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), "same")
    return np.asarray(smooth / max(float(counts.sum()), 1e-6) + RARE)
