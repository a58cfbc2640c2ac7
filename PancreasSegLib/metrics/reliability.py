"""Does a probability mean what it says? A reliability diagram's counts, and the curve of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

MIDDLE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
EDGES = (0.0, 1e-6, 1e-4, 0.01, *MIDDLE, 0.99, 1 - 1e-4, 1 - 1e-6, 1.0)
"""Bins of probability: narrow at the ends, where a network that was trained with the Jaccard loss
puts nearly all voxels, and where it is still more or less often right."""

NEAREST = 1e-7
"""To 0 and 1: nearer to 1, float32 knows no difference."""

Curve = tuple[tuple[float, float], ...]
"""Points (probability, share of pancreas), both rising."""


def reliability(probability: np.ndarray, reference: np.ndarray) -> dict[str, Any]:
    """For each bin of EDGES: voxels, the sum of their probabilities, and how many are pancreas.

    Voxels with a probability of exactly 0 were never looked at, and are left out.
    """
    p, y = probability[probability > 0].astype(np.float64), reference[probability > 0] != 0
    bins = np.searchsorted(EDGES[1:-1], p, side="right")
    return {
        "voxels": np.bincount(bins, minlength=len(EDGES) - 1).tolist(),
        "sum_of_probability": np.bincount(bins, p, len(EDGES) - 1).tolist(),
        "pancreas": np.bincount(bins[y], minlength=len(EDGES) - 1).tolist(),
    }


def pooled(records: Sequence[dict[str, Any]]) -> np.ndarray:
    """The `reliability` of several scans summed up, (3, bins): voxels, sums, pancreas."""
    keys = ("voxels", "sum_of_probability", "pancreas")
    return np.array([np.sum([record[key] for record in records], axis=0) for key in keys])


def calibration_curve(records: Sequence[dict[str, Any]]) -> Curve:
    """From the `reliability` of several scans: what share of a probability's voxels is pancreas.

    Isotonic regression over the bins' mean probabilities (Zadrozny and Elkan 2002, KDD,
    doi 10.1145/775047.775151): bins whose point is not above and beyond that of the bin before are
    pooled with it.
    """
    counts = pooled(records)
    pools: list[np.ndarray] = []
    for bin_ in counts.T[counts[0] > 0]:
        pools.append(bin_)
        while len(pools) > 1 and not _rises(_point(pools[-2]), _point(pools[-1])):
            last = pools.pop()
            pools[-1] = pools[-1] + last
    return tuple(_point(pool) for pool in pools)


def _point(pool: np.ndarray) -> tuple[float, float]:
    """Mean probability and share; of nine digits, since near 1 the last ones tell them apart."""
    voxels, total, pancreas = pool
    return float(f"{total / voxels:.9g}"), float(f"{pancreas / voxels:.9g}")


def _rises(before: tuple[float, float], after: tuple[float, float]) -> bool:
    return after[0] > before[0] and after[1] > before[1]


def calibrated(probability: np.ndarray, curve: Curve) -> np.ndarray:
    """The share of pancreas that `curve` tells for each probability; float32, of the same shape.

    Between the curve's points it is linear in the logit, beyond them that of the nearest one. A
    probability of exactly 0 stays 0.
    """
    probabilities, shares = np.array(curve).T
    logits = _logit(probabilities)
    result = np.zeros(probability.shape, dtype=np.float32)
    for index, slice_ in enumerate(probability):  # a whole scan in float64 would be gigabytes
        share = np.interp(_logit(slice_), logits, shares)
        result[index] = np.where(slice_ > 0, share, 0.0)
    return result


def _logit(probability: np.ndarray) -> np.ndarray:
    p = np.clip(probability.astype(np.float64), NEAREST, 1 - NEAREST)
    return np.asarray(np.log(p / (1 - p)))
