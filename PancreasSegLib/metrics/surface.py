"""Distances between the surfaces of a mask and a reference, in millimetres of the world.

The surface of a mask is the set of its voxels that have at least one of their six face neighbours
outside the mask; beyond the edge of the array is outside. A distance goes from the centre of a
surface voxel to the nearest centre of a surface voxel of the other mask, after both were taken to
LPS mm by the frame: anisotropic, oblique and sheared frames need no special case.

Rules for empty masks: see ``PancreasSegLib/metrics/__init__.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Pairs held in memory at once; 2 million float64 are 16 MB and stay near the processor's cache.
PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """Directed distances in mm; both are empty when either mask is empty."""

    mask_to_reference: np.ndarray  # (N,) one per surface voxel of the mask
    reference_to_mask: np.ndarray  # (M,) one per surface voxel of the reference


def surface_distances(
    mask: np.ndarray, reference: np.ndarray, frame: np.ndarray
) -> SurfaceDistances:
    """Distances in mm between the surfaces of two masks ``(k, j, i)`` on one grid.

    ``frame`` is (4, 4), index ``(i, j, k, 1)`` to LPS mm. ValueError if the shapes differ.
    """
    if mask.shape != reference.shape:
        raise ValueError(f"mask has shape {mask.shape}, reference has {reference.shape}")
    of_mask = surface_points(mask, frame)
    of_reference = surface_points(reference, frame)
    if len(of_mask) == 0 or len(of_reference) == 0:
        return SurfaceDistances(np.empty(0), np.empty(0))
    return SurfaceDistances(
        mask_to_reference=_distances_to_nearest(of_mask, of_reference),
        reference_to_mask=_distances_to_nearest(of_reference, of_mask),
    )


def hd95(distances: SurfaceDistances) -> float:
    """95 % Hausdorff distance in mm: the larger of the two directed 95th percentiles.

    Percentiles are interpolated linearly between ranks. nan if either mask was empty.
    """
    if len(distances.mask_to_reference) == 0:
        return math.nan
    return max(
        float(np.percentile(distances.mask_to_reference, 95)),
        float(np.percentile(distances.reference_to_mask, 95)),
    )


def average_surface_distance(distances: SurfaceDistances) -> float:
    """Average symmetric surface distance in mm: the mean over all surface voxels of both masks.

    nan if either mask was empty.
    """
    if len(distances.mask_to_reference) == 0:
        return math.nan
    everything = np.concatenate([distances.mask_to_reference, distances.reference_to_mask])
    return float(everything.mean())


def surface_points(mask: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """Centres of the surface voxels of a mask ``(k, j, i)``, (N, 3) in LPS mm."""
    k, j, i = np.nonzero(surface_voxels(mask))
    index = np.stack([i, j, k], axis=1).astype(np.float64)
    return index @ frame[:3, :3].T + frame[:3, 3]


def surface_voxels(mask: np.ndarray) -> np.ndarray:
    """The voxels of a mask with a face neighbour outside it, boolean, same shape."""
    padded = np.pad(mask != 0, 1)
    inner = padded.copy()
    for axis in range(padded.ndim):
        inner &= np.roll(padded, 1, axis) & np.roll(padded, -1, axis)
    return (padded & ~inner)[(slice(1, -1),) * padded.ndim]


def _distances_to_nearest(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each point (N, 3) the distance in mm to the nearest of the others (M, 3)."""
    # |p - o|^2 - |p|^2 = |o|^2 - 2 p.o: one matrix product ranks all pairs. It only chooses the
    # nearest; the distance itself is then measured directly, so that nothing cancels out.
    middle = others.mean(axis=0)
    centred, centred_others = points - middle, others - middle
    weights = np.vstack([-2 * centred_others.T, (centred_others**2).sum(axis=1)])
    rows = max(1, PAIRS_AT_ONCE // len(others))
    distances = np.empty(len(points))
    for start in range(0, len(points), rows):
        some = centred[start : start + rows]
        ranks = np.column_stack([some, np.ones(len(some))]) @ weights
        nearest = centred_others[ranks.argmin(axis=1)]
        distances[start : start + rows] = np.linalg.norm(some - nearest, axis=1)
    return distances
