"""The scans that were left out, segmented whole by the exported model, nothing of them used."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.cases import Case
from PancreasSegLib.training.model_card import write_model_card
from PancreasSegLib.volume import read_mask, read_volume


def measure_left_out(
    manifest_path: Path,
    cases: Sequence[Case],
    device: str = "auto",
    tell: Callable[[str, float], None] = lambda name, fraction: None,
) -> Manifest:
    """Measure the model on whole scans, on their own grids; manifest and card are renewed."""
    segmenter = Segmenter(str(manifest_path), device)
    scores: dict[str, Any] = {}
    for number, case in enumerate(cases):
        tell(case.name, number / len(cases))
        mask = segmenter.segment(read_volume(case.image)).mask
        scores[case.name] = round(evaluate(mask, read_mask(case.label)).dice, 4)
    measured = {
        "what": "DSC of whole scans that were left out of training and selection",
        "mean_dice": round(statistics.mean(scores.values()), 4),
        "cases": scores,
    }
    manifest = dataclasses.replace(Manifest.from_file(manifest_path), measured=measured)
    manifest.to_file(manifest_path)
    write_model_card(manifest, manifest_path.with_suffix(".md"))
    return manifest
