"""Thick slices: each is the mean over its thickness, as a scanner's reconstruction makes it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kinds.examination import Examination
from PancreasSegLib.volume import Volume

TOLERANCE = 1.05
"""A scan whose slices are that much thinner, or less, already has the thickness asked for."""


def thick_slices(examination: Examination, thickness_mm: float) -> Examination | None:
    """The same patient in contiguous slices of `thickness_mm`; the lowest face stays where it is.

    Of the reference a voxel has what fills half of it or more, of the organs the label at its
    centre. What is left above the last whole slice is dropped. None where the slices are so thick
    already.
    """
    ratio = thickness_mm / float(examination.grid.spacing[2])
    if ratio < TOLERANCE:
        return None
    affine = _affine(examination.scan, ratio)
    share = slice_means(examination.reference.array.astype(np.float32), ratio)
    centres = ((np.arange(len(share)) + 0.5) * ratio).astype(int)
    return Examination(
        Volume(slice_means(examination.scan.array, ratio), affine, examination.scan.modality),
        Volume((share >= 0.5).astype(np.uint8), affine),
        Volume(examination.organs.array[centres], affine),
    )


def slice_means(array: np.ndarray, ratio: float) -> np.ndarray:
    """Means over `ratio` slices each, a fraction counted as one, of an array (k, j, i); float32."""
    faces = np.arange(int(len(array) / ratio + 1e-6) + 1) * ratio
    means = []
    for low, high in pairwise(faces):
        first, last = int(low + 1e-6), min(int(np.ceil(high - 1e-6)), len(array))
        covered = np.minimum(np.arange(first, last) + 1, high) - np.maximum(
            np.arange(first, last), low
        )
        part = array[first:last].astype(np.float32)
        means.append(np.tensordot(covered.astype(np.float32) / np.float32(ratio), part, axes=1))
    return np.stack(means)


def _affine(volume: Volume, ratio: float) -> np.ndarray:
    """Slices `ratio` times as far apart; the first one's centre is that of what it is made of."""
    affine = volume.affine @ np.diag([1.0, 1.0, ratio, 1.0])
    affine[:3, 3] = volume.grid.to_world(np.array([[0, 0, (ratio - 1) / 2]]))[0]
    return affine
