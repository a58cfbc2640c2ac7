"""Find the pancreas first: from the coarse model's probability to a box in the patient."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.segmenter.components import labelled_components
from PancreasSegLib.segmenter.smoothing import smoothed
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

SMOOTHING_MM = 3.0
"""Standard deviation: bridges a slice that the coarse network missed, wipes out single voxels."""

LEAST_ML = 5.0
"""Less than this, summed over probabilities, is no pancreas: even a shrunken one has several times
as much."""

PIECE_SHARE = 0.1
PIECE_GAP_MM = 80.0
"""The coarse network often sees head and tail but not the neck: a piece with a tenth of the
heaviest one's summed probability, not further off than a pancreas is long, belongs to it."""


@dataclass(frozen=True)
class Region:
    """Where the fine model looks, the probability (ml) that the coarse one summed up there, that
    probability itself, and the box of what it holds for pancreas, which has no margin; without the
    last three where the user gave the region.
    """

    box: PatientBox
    found_ml: float | None = None
    probability: Volume | None = None
    seen: PatientBox | None = None


def find_region(
    probability: Volume,
    threshold: float,
    margin_mm: Sequence[float],
    least_mm: Sequence[float] = (0, 0, 0),
) -> Region | None:
    """The box around the most probable pancreas; None where nothing plausible is seen.

    probability: float32 in [0, 1] on a grid along the patient's axes (`patient_grid`). It is
    smoothed and cut at `threshold`; the connected component with the largest summed probability
    is taken, with the pieces that belong to it, if together they sum up to at least LEAST_ML.
    margin_mm: (x, y, z), added to the components' box on both sides. least_mm: (x, y, z), what the
    box measures at least, about its centre. It ends at the grid.
    """
    smooth = smoothed(probability, SMOOTHING_MM)
    labels = labelled_components(smooth.array > threshold)
    if not labels.any():
        return None
    ml = np.bincount(labels.ravel(), weights=smooth.array.ravel()) * smooth.grid.voxel_ml
    ml[0] = 0.0  # what is below the threshold
    heaviest = PatientBox.of_grid(smooth.grid.crop(_voxels(labels, int(ml.argmax()))))
    boxes, found_ml = [], 0.0
    for label in np.flatnonzero((ml > 0) & (ml >= PIECE_SHARE * ml.max())):
        box = PatientBox.of_grid(smooth.grid.crop(_voxels(labels, int(label))))
        if box.distance_mm(heaviest) <= PIECE_GAP_MM:
            boxes.append(box)
            found_ml += float(ml[label])
    if found_ml < LEAST_ML:
        return None
    corners = np.concatenate([box.corners for box in boxes])
    grown = PatientBox.around(corners, margin_mm)
    inside = grown.at_least(least_mm).overlap(PatientBox.of_grid(probability.grid))
    assert inside is not None  # it holds the components, which lie on the grid
    return Region(inside, found_ml, probability, PatientBox.around(corners))


def _voxels(labels: np.ndarray, label: int) -> Box:
    box = Box.of(labels == label)
    assert box is not None  # every label has voxels
    return box


def region_grid(box: PatientBox, model_grid: Grid) -> Grid:
    """The part of the whole scan's `model_grid` that holds `box`, at least one voxel."""
    # The grid ends at its last voxel's centre: a box in the half voxel beyond belongs to that one.
    corners = model_grid.corners()
    voxels = model_grid.box_around(np.clip(box.corners, corners.min(axis=0), corners.max(axis=0)))
    assert voxels is not None  # every corner lies on the grid
    return model_grid.crop(voxels)
