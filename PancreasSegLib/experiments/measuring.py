"""How good a run's model is on whole scans: measures, masks, and the DSC at other thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.data.cases import Case
from PancreasSegLib.training.proof.held_out import score_case
from PancreasSegLib.volume import Box, write_mask

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""0.05 to 0.95, as in figure 4 of Cai et al. 2017."""

SCORES = ("dice", "jaccard", "surface_dice_2mm", "hd95_mm", "inside_region")
"""Of those of `score_case`."""


def measure(
    manifest: Path,
    cases: Sequence[Case],
    masks: Path,
    device: str,
    tell: Callable[[str, float], None],
) -> dict[str, dict[str, Any]]:
    """Measure the model of `manifest` on whole scans, on their own grids, by case.

    SCORES as `score_case` gives them; dice_at, the DSC at each of THRESHOLDS. The masks, cut at
    0.5, go to the folder `masks`. `tell` hears of each case and the share that is done. Raises what
    `Segmenter` raises.
    """
    make_folder(masks)
    segmenter = Segmenter(manifest, device)
    measured = {}
    for number, case in enumerate(cases):
        tell(case.name, number / len(cases))
        one = score_case(segmenter, case)
        write_mask(one.result.mask, masks / f"{case.name}.nii.gz", like=case.image)
        measured[case.name] = {
            **{name: one.scores[name] for name in SCORES},
            "dice_at": dice_at_thresholds(one.probability, one.truth != 0),
        }
    return measured


def dice_at_thresholds(probability: np.ndarray, truth: np.ndarray) -> list[float]:
    """The DSC of `probability` (k, j, i), cut at each of THRESHOLDS, with the boolean `truth`."""
    box = Box.of(truth | (probability > THRESHOLDS[0]))
    part = (slice(0, 0),) * 3 if box is None else box.slices
    return [round(dice(probability[part] > t, truth[part]), 4) for t in THRESHOLDS]
