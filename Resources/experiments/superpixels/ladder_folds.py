"""Tables 1 and 2 and Figure 6 of Roth et al. 2015, from the models of a cross-validation.

Each fold's model is measured on the scans that it never saw, and on one that it was trained on. A
fold is not measured again as long as its model stays the same.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ladder import Ladder

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.models.manifest import Manifest

HERE = Path(__file__).parent
FOLDS = 4


def measure_folds(folder: Path, scans: Path) -> None:
    """Measure all folds that were trained into `folder`, and write `ladder.json` and the summary
    beside this file.

    Raises `InputError` where a fold, or the summary, is missing.
    """
    summary = folder / "cross_validation.json"
    if not summary.is_file():
        raise InputError(f"There is no {summary}; run `pancreasseg cross-validate` to its end.")
    measured = [measure_fold(folder / f"fold-{fold}", scans) for fold in range(FOLDS)]
    write_json({"folds": measured}, HERE / "ladder.json")
    shutil.copyfile(summary, HERE / "cross_validation.json")


def measure_fold(folder: Path, scans: Path) -> dict[str, Any]:
    """What the fold's `ladder.json` has of its model; it is written first where it has not.

    Raises `InputError` where the fold has no model.
    """
    manifest, kept = folder / "models" / "superpixels-ct.json", folder / "ladder.json"
    if not manifest.is_file():
        raise InputError(f"There is no {manifest}; run `pancreasseg cross-validate` first.")
    model = Manifest.from_file(manifest)
    if kept.is_file():
        before: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if before.get("sha256") == model.sha256:
            return before
    training = model.training
    kinds = {"test": training["held_out_scans"], "train": training["training_scans"][:1]}
    ladder = Ladder(manifest)
    measured: dict[str, Any] = {"sha256": model.sha256}
    for kind, names in kinds.items():
        measured[kind] = {}
        for name in names:
            files = scans / f"{name}.nii.gz", scans / f"{name}_pancreas.nii.gz"
            measured[kind][name] = ladder.measure(*files)
            print(folder.name, kind, name, told(measured[kind][name]), flush=True)
    write_json(measured, kept)
    return measured


def told(case: dict[str, Any]) -> str:
    """One line of what was measured."""
    best = {name: max(curve) for name, curve in case["curves"].items() if "alone" not in name}
    numbers = {key: case[key] for key in ("optimal", "candidate_dice", "sensitivity")} | best
    return "  ".join(f"{name} {value:.3f}" for name, value in numbers.items())
