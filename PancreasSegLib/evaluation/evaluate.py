"""Compare a mask with a reference."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.evaluation.evaluation import Evaluation, SliceOverlap
from PancreasSegLib.metrics.overlap import dice, jaccard, precision, recall
from PancreasSegLib.metrics.surface import (
    average_surface_distance,
    hd95,
    surface_dice,
    surface_distances,
)
from PancreasSegLib.metrics.volume_difference import (
    volume_difference_ml,
    volume_difference_percent,
    volume_ml,
)
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.labels import label_mask
from PancreasSegLib.volume.resampling import resample_mask
from PancreasSegLib.volume.volume import Volume


def evaluate(mask: Volume, reference: Volume) -> Evaluation:
    """All metrics of ``mask`` against ``reference``, each with one label, whatever its value.

    Rule for grids: everything is measured on the mask's grid. A reference on another grid is
    brought there by nearest neighbour in world coordinates. What of it lies beyond the mask's
    grid cannot be compared, and ``Evaluation.reference_outside_percent`` says how much that is.

    Raises InputError if one of them has several labels, if the two share no field of view, or if
    all of the reference's pancreas lies beyond the mask's grid.
    """
    mask = mask.with_array(label_mask(mask.array, None, "The mask"))
    reference = reference.with_array(label_mask(reference.array, None, "The reference"))
    resampled = not reference.grid.is_same_as(mask.grid)
    found = mask.array != 0
    truth = (_onto(mask.grid, reference) if resampled else reference.array) != 0
    outside = _outside_percent(reference, mask.grid) if resampled else 0.0
    # Measured in the box that holds both: cheaper, and the same.
    box = Box.of(found | truth) or Box((0, 0, 0), found.shape)
    found, truth, affine = found[box.slices], truth[box.slices], mask.grid.crop(box).affine
    distances = surface_distances(found, truth, affine)
    return Evaluation(
        dice=dice(found, truth),
        jaccard=jaccard(found, truth),
        precision=precision(found, truth),
        recall=recall(found, truth),
        surface_dice_2mm=surface_dice(distances),
        hd95_mm=hd95(distances),
        average_surface_distance_mm=average_surface_distance(distances),
        mask_ml=volume_ml(found, affine),
        reference_ml=volume_ml(truth, affine),
        volume_difference_ml=volume_difference_ml(found, truth, affine),
        volume_difference_percent=volume_difference_percent(found, truth),
        resampled=resampled,
        reference_outside_percent=outside,
        slices=_slices(found, truth, box.start[0]),
    )


def _onto(grid: Grid, reference: Volume) -> np.ndarray:
    """The reference on the mask's grid, ``(k, j, i)`` of 0 and 1."""
    array = resample_mask(reference, grid).array
    if array.any():
        return array
    everywhere = reference.with_array(np.ones(reference.array.shape, dtype=np.uint8))
    if not resample_mask(everywhere, grid).array.any():
        raise InputError(
            "The mask and the reference share no field of view: their positions in the patient do "
            "not meet. Compare with the reference that was drawn on this very scan."
        )
    return array


def _outside_percent(reference: Volume, grid: Grid) -> float:
    """Share of the reference's voxels whose centre lies beyond the grid, in per cent."""
    box = Box.of(reference.array)
    if box is None or _are_inside(grid, reference.grid.crop(box).corners()).all():
        return 0.0  # with the corners of a box, all of it lies in the grid
    inside = total = 0
    for k in range(box.start[0], box.stop[0]):  # one slice at a time: a whole one takes gigabytes
        j, i = np.nonzero(reference.array[k])
        index = np.stack([i, j, np.full_like(i, k)], axis=1)
        inside += int(np.count_nonzero(_are_inside(grid, reference.grid.to_world(index))))
        total += len(i)
    if inside == 0:
        raise InputError(
            "All of the reference's pancreas lies outside the mask's field of view, so nothing can "
            "be compared. Compare with the reference that was drawn on this very scan."
        )
    return 100 * (total - inside) / total


def _are_inside(grid: Grid, points: np.ndarray) -> np.ndarray:
    """Which of the points (N, 3), LPS mm, lie in a voxel of the grid; boolean (N,)."""
    index = grid.to_index(points)
    last = np.array(grid.shape[::-1]) - 1
    return np.asarray(((index >= -0.5) & (index <= last + 0.5)).all(axis=1))


def _slices(found: np.ndarray, truth: np.ndarray, first: int) -> tuple[SliceOverlap, ...]:
    """Overlap of each slice along k that either of the two ``(k, j, i)`` touches.

    first: number of their first slice on the mask's grid.
    """
    return tuple(
        SliceOverlap(
            k=first + int(k),
            dice=dice(found[k], truth[k]),
            jaccard=jaccard(found[k], truth[k]),
            mask_voxels=int(np.count_nonzero(found[k])),
            reference_voxels=int(np.count_nonzero(truth[k])),
        )
        for k in np.flatnonzero((found | truth).any(axis=(1, 2)))
    )
