"""The held-out scans, segmented whole by the exported model, nothing of them used."""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.metrics.reliability import reliability
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.segmenter.segmentation import Segmentation
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.data.cases import Case
from PancreasSegLib.training.data.references import empty_reference, read_reference
from PancreasSegLib.training.export.model_card import write_model_card
from PancreasSegLib.training.proof.mean_errors import HD95, VOLUME, mean_errors
from PancreasSegLib.volume import Grid, Volume, read_mask, read_volume, resample_mask


@dataclass(frozen=True)
class ScoredCase:
    """A whole scan as a model segmented it, with its probability, and how good that is.

    truth: the reference on the result's own grid, 0 and 1.
    scores: dice, jaccard and surface_dice_2mm from 0 to 1; hd95_mm, None where nothing was found;
    volume_difference_percent; inside_region, the share of the reference that lies where the model
    looked.
    """

    result: Segmentation
    probability: np.ndarray
    truth: np.ndarray
    scores: dict[str, float | None]


def score_case(segmenter: Segmenter, case: Case) -> ScoredCase:
    """Segment `case` whole, and measure the mask on its own grid. Raises what `segment` raises."""
    scan = read_volume(case.image)
    result = segmenter.segment(scan, keep_probability=True)
    assert result.probability is not None  # it was asked for
    reference = read_reference(case, scan)
    scored = evaluate(result.mask, reference)
    scores = {
        "dice": round(scored.dice, 4),
        "jaccard": round(scored.jaccard, 4),
        "surface_dice_2mm": round(scored.surface_dice_2mm, 4),
        HD95: None if math.isnan(scored.hd95_mm) else round(scored.hd95_mm, 2),
        VOLUME: round(scored.volume_difference_percent, 2),
        "inside_region": round(share_inside(reference, result.report.region), 4),
    }
    truth = resample_mask(reference, result.mask.grid).array
    return ScoredCase(result, result.probability.array, truth, scores)


def measure_held_out(
    manifest_path: Path,
    cases: Sequence[Case],
    setup: dict[str, Any],
    device: str = "auto",
    tell: Callable[[str, float], None] = lambda name, fraction: None,
) -> Manifest:
    """Measure the model on whole scans, on their own grids; manifest and card are renewed.

    `setup` is what its masks depend on; it is kept beside the numbers. HD95 is None where nothing
    was found.
    """
    segmenter = Segmenter(str(manifest_path), device)
    assert not segmenter.model.manifest.calibration  # it has none yet, and is made of these
    scores: dict[str, dict[str, Any]] = {}
    for number, case in enumerate(cases):
        tell(case.name, number / len(cases))
        one = score_case(segmenter, case)
        agreement = one.result.report.agreement
        scores[case.name] = {
            **one.scores,
            "agreement": agreement and round(agreement, 4),
            "reliability": reliability(one.probability, one.truth),
        }
    measured = {
        "what": "whole scans that were held out of training and selection, on their own grids",
        "mean_dice": round(statistics.mean(score["dice"] for score in scores.values()), 4),
        **mean_errors(scores.values()),
        "cases": scores,
        "setup": setup,
    }
    manifest = dataclasses.replace(Manifest.from_file(manifest_path), measured=measured)
    manifest.to_file(manifest_path)
    write_model_card(manifest, manifest_path.with_suffix(".md"))
    return manifest


def refuse_empty_references(cases: Sequence[Case]) -> None:
    """Raise `InputError` for a reference on which nothing can be measured, or that is not read."""
    for case in cases:
        if not read_mask(case.reference, case.label).array.any():
            raise empty_reference(case.name)


def share_inside(reference: Volume, region: dict[str, Any] | None) -> float:
    """The share of the reference's voxels whose centres lie in the region: what could be found.

    `region` is the report's; 0 where no pancreas was found.
    """
    if region is None:
        return 0.0
    voxels = reference.array != 0
    return float(inside_region(voxels, reference.grid, region)[voxels].mean())


def inside_region(voxels: np.ndarray, grid: Grid, region: dict[str, Any] | None) -> np.ndarray:
    """Which of the boolean `voxels` (k, j, i) of `grid` have their centres in the region."""
    inside = np.zeros(voxels.shape, dtype=bool)
    if region is not None:
        k, j, i = np.nonzero(voxels)
        points = grid.to_world(np.stack([i, j, k], axis=1).astype(float))
        within = (points >= region["low_mm"]) & (points <= region["high_mm"])
        inside[k, j, i] = within.all(axis=1)
    return inside
