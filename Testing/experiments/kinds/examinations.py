"""Small examinations whose every voxel is known."""

from __future__ import annotations

import numpy as np
from kinds.examination import Examination

from PancreasSegLib.phantom.synthetic_ct import SyntheticScan
from PancreasSegLib.volume import Volume

AFFINE = np.array([[0.8, 0, 0, -20.0], [0, 0.8, 0, 5.0], [0, 0, 2.5, -700.0], [0, 0, 0, 1]])
"""Pixels of 0.8 mm, slices of 2.5 mm, stored as the patient's axes run."""

KNOWN_LABELS = 8
"""The scans' own labels end here; the phantom has more."""


def of_arrays(
    scan: np.ndarray, reference: np.ndarray, organs: np.ndarray, affine: np.ndarray = AFFINE
) -> Examination:
    return Examination(
        Volume(scan.astype(np.float32), affine, "CT"),
        Volume(reference.astype(np.uint8), affine),
        Volume(organs.astype(np.uint8), affine),
    )


def with_pancreas_in(slices: slice, depth: int = 12) -> Examination:
    """Every slice has its own number as grey value; the pancreas is four voxels of each slice."""
    scan = np.broadcast_to(np.arange(depth)[:, None, None], (depth, 4, 5))
    reference = np.zeros(scan.shape)
    reference[slices, 1:3, 1:3] = 1
    return of_arrays(scan, reference, 6 * reference)


def of_phantom(phantom: SyntheticScan) -> Examination:
    """With no more labels than the scans have."""
    labels = phantom.organs.array
    organs = phantom.organs.with_array(np.where(labels <= KNOWN_LABELS, labels, 0))
    return Examination.upright(phantom.image, phantom.pancreas, organs)
