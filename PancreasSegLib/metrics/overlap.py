"""Overlap of a mask with a reference, counted in voxels.

Rules for empty masks: see ``PancreasSegLib/metrics/__init__.py``.
"""

from __future__ import annotations

import math

import numpy as np


def dice(mask: np.ndarray, reference: np.ndarray) -> float:
    """Dice similarity coefficient, ``2 |Y and P| / (|Y| + |P|)`` (Cai et al. 2017)."""
    both, in_mask, in_reference = _counts(mask, reference)
    if in_mask + in_reference == 0:
        return 1.0
    return 2 * both / (in_mask + in_reference)


def jaccard(mask: np.ndarray, reference: np.ndarray) -> float:
    """Jaccard index, ``|Y and P| / |Y or P|`` (Cai et al. 2017)."""
    both, in_mask, in_reference = _counts(mask, reference)
    if in_mask + in_reference == 0:
        return 1.0
    return both / (in_mask + in_reference - both)


def precision(mask: np.ndarray, reference: np.ndarray) -> float:
    """Share of the mask that lies in the reference; nan for an empty mask."""
    both, in_mask, _ = _counts(mask, reference)
    return both / in_mask if in_mask else math.nan


def recall(mask: np.ndarray, reference: np.ndarray) -> float:
    """Share of the reference that lies in the mask; nan for an empty reference."""
    both, _, in_reference = _counts(mask, reference)
    return both / in_reference if in_reference else math.nan


def _counts(mask: np.ndarray, reference: np.ndarray) -> tuple[int, int, int]:
    """Voxels in both, in the mask, in the reference; ValueError if the shapes differ."""
    if mask.shape != reference.shape:
        raise ValueError(f"mask has shape {mask.shape}, reference has {reference.shape}")
    in_mask, in_reference = mask != 0, reference != 0
    return (
        int(np.count_nonzero(in_mask & in_reference)),
        int(np.count_nonzero(in_mask)),
        int(np.count_nonzero(in_reference)),
    )
