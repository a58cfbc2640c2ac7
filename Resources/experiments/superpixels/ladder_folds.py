"""Tables 1 and 2 and Figure 6 of Roth et al. 2015, from the models of a cross-validation.

Each fold's model is measured on the scans that it never saw, and on one that it was trained on. A
fold that was measured before is not measured again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ladder import Ladder

from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.models.manifest import Manifest

HERE = Path(__file__).parent
FOLDS = 4


def measure_folds(folder: Path, scans: Path, folds: Sequence[int] = range(FOLDS)) -> None:
    """Measure the `folds` that were trained into `folder`; once all are measured, write
    `ladder.json` and the summary beside this file."""
    for fold in folds:
        measure_fold(folder / f"fold-{fold}", scans)
    parts = [folder / f"fold-{fold}" / "ladder.json" for fold in range(FOLDS)]
    summary = folder / "cross_validation.json"
    if all(part.is_file() for part in [*parts, summary]):
        measured = [json.loads(part.read_text(encoding="utf-8")) for part in parts]
        write_json({"folds": measured}, HERE / "ladder.json")
        shutil.copyfile(summary, HERE / "cross_validation.json")


def measure_fold(folder: Path, scans: Path) -> None:
    """Write `ladder.json` into the fold's folder, if it is not there."""
    manifest = folder / "models" / "superpixels-ct.json"
    if (folder / "ladder.json").is_file() or not manifest.is_file():
        return
    training = Manifest.from_file(manifest).training
    kinds = {"test": training["held_out_scans"], "train": training["training_scans"][:1]}
    ladder = Ladder(manifest)
    measured: dict[str, dict[str, Any]] = {}
    for kind, names in kinds.items():
        measured[kind] = {}
        for name in names:
            files = scans / f"{name}.nii.gz", scans / f"{name}_pancreas.nii.gz"
            measured[kind][name] = ladder.measure(*files)
            print(folder.name, kind, name, told(measured[kind][name]), flush=True)
    write_json(measured, folder / "ladder.json")


def told(case: dict[str, Any]) -> str:
    """One line of what was measured."""
    best = {name: max(curve) for name, curve in case["curves"].items() if "alone" not in name}
    numbers = {key: case[key] for key in ("optimal", "candidate_dice", "sensitivity")} | best
    return "  ".join(f"{name} {value:.3f}" for name, value in numbers.items())
