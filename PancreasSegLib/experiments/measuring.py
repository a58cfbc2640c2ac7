"""How good a run's model is on whole scans: measures, masks, and the DSC at other thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.data.cases import Case
from PancreasSegLib.training.data.references import read_reference
from PancreasSegLib.training.proof.held_out import share_inside
from PancreasSegLib.volume import Box, read_volume, resample_mask, write_mask

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""0.05 to 0.95, as in figure 4 of Cai et al. 2017."""


def measure(
    manifest: Path,
    cases: Sequence[Case],
    masks: Path,
    device: str,
    tell: Callable[[str, float], None],
) -> dict[str, dict[str, Any]]:
    """Measure the model of `manifest` on whole scans, on their own grids, by case.

    dice, jaccard and surface_dice_2mm from 0 to 1; hd95_mm, None where nothing was found;
    inside_region, the share of the reference that lies where the model looked; dice_at, the DSC at
    each of THRESHOLDS. The masks, cut at 0.5, go to the folder `masks`. `tell` hears of each case
    and the share that is done. Raises what `Segmenter` raises.
    """
    make_folder(masks)
    segmenter = Segmenter(manifest, device)
    measured = {}
    for number, case in enumerate(cases):
        tell(case.name, number / len(cases))
        scan = read_volume(case.image)
        result = segmenter.segment(scan, keep_probability=True)
        reference = read_reference(case, scan)
        write_mask(result.mask, masks / f"{case.name}.nii.gz", like=case.image)
        score = evaluate(result.mask, reference)
        assert result.probability is not None  # it was asked for
        truth = resample_mask(reference, result.mask.grid).array != 0
        measured[case.name] = {
            "dice": round(score.dice, 4),
            "jaccard": round(score.jaccard, 4),
            "surface_dice_2mm": round(score.surface_dice_2mm, 4),
            "hd95_mm": None if math.isnan(score.hd95_mm) else round(score.hd95_mm, 2),
            "inside_region": round(share_inside(reference, result.report.region), 4),
            "dice_at": dice_at_thresholds(result.probability.array, truth),
        }
    return measured


def dice_at_thresholds(probability: np.ndarray, truth: np.ndarray) -> list[float]:
    """The DSC of `probability` (k, j, i), cut at each of THRESHOLDS, with the boolean `truth`."""
    box = Box.of(truth | (probability > THRESHOLDS[0]))
    part = (slice(0, 0),) * 3 if box is None else box.slices
    return [round(dice(probability[part] > t, truth[part]), 4) for t in THRESHOLDS]
