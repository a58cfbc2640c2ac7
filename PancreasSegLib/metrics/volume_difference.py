"""Volume of a mask, and its difference from the reference's.

Rules for empty masks: see ``PancreasSegLib/metrics/__init__.py``.
"""

from __future__ import annotations

import math

import numpy as np


def volume_ml(mask: np.ndarray, affine: np.ndarray) -> float:
    """Volume in ml: voxels of the mask times the volume of one voxel, ``|det(affine)|``."""
    voxel_ml = abs(float(np.linalg.det(affine[:3, :3]))) / 1000
    return int(np.count_nonzero(mask)) * voxel_ml


def volume_difference_ml(mask: np.ndarray, reference: np.ndarray, affine: np.ndarray) -> float:
    """Volume of the mask minus that of the reference, in ml: positive if the mask is too large."""
    return volume_ml(mask, affine) - volume_ml(reference, affine)


def volume_difference_percent(mask: np.ndarray, reference: np.ndarray) -> float:
    """The same difference in per cent of the reference; nan for an empty reference."""
    in_mask, in_reference = int(np.count_nonzero(mask)), int(np.count_nonzero(reference))
    return 100 * (in_mask - in_reference) / in_reference if in_reference else math.nan
