"""The summary of a cross-validation: how good each model was on the scans it never saw."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.metrics.reliability import calibration_curve
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.training.proof.fold import in_fold
from PancreasSegLib.training.proof.mean_errors import HD95, mean_errors
from PancreasSegLib.training.recipe.config import TrainingConfig
from PancreasSegLib.training.recipe.setup import masks_setup

SUMMARY = "cross_validation.json"


def summarise(
    output: Path, configs: Sequence[TrainingConfig], parts: Sequence[tuple[str, ...]]
) -> Path | None:
    """Write the summary over all folds; None while a fold is not done by these configurations.

    What other configurations measured on these folds before stays in it. Raises `InputError` where
    that cannot be read.
    """
    models: dict[str, Any] = {}
    for config in configs:
        names = config.export.names if config.export.task == "pancreas" else []
        for name in names:
            cases: dict[str, Any] = {}
            for fold, part in enumerate(parts):
                setup, measured = _measured(in_fold(config, part, output, fold), name)
                if set(measured) != set(part):
                    return None
                cases |= {case: {"fold": fold} | measured[case] for case in part}
            curve = calibration_curve([case.pop("reliability") for case in cases.values()])
            models[name] = summary(cases) | {"setup": setup, "calibration": curve}
    if not models:
        return None
    path = output / SUMMARY
    all_models = summarised_before(output, configs, parts) | models
    write_json({"folds": len(parts), "models": all_models}, path)
    return path


def summarised_before(
    output: Path, configs: Sequence[TrainingConfig], parts: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """The models of an earlier summary, where its folds had the same scans and coarse stage.

    Raises `InputError` where it cannot be read.
    """
    path = output / SUMMARY
    if not path.is_file() or any(config.export.task != "pancreas" for config in configs):
        return {}
    folds = {case: fold for fold, part in enumerate(parts) for case in part}
    try:
        return {
            name: model
            for name, model in json.loads(path.read_text(encoding="utf-8"))["models"].items()
            if {case: values["fold"] for case, values in model["cases"].items()} == folds
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{path} is damaged; delete it and call this again with all configurations: finished"
            " folds are kept."
        ) from None


def _measured(config: TrainingConfig, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Setup and cases of a fold's model; no cases where it is not there or is made otherwise.

    None either where an earlier version measured less: the fold must be called again.
    """
    path = Path(config.export.folder) / f"{name}.json"
    if not path.is_file():
        return {}, {}
    measured = Manifest.from_file(path).measured
    cases = dict(measured.get("cases", {}))
    setup = masks_setup(config, name)
    measured_less = any("reliability" not in case or HD95 not in case for case in cases.values())
    if measured.get("setup") != setup or measured_less:
        return {}, {}
    return setup, cases


def summary(cases: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Mean, standard deviation, median and worst Dice over `cases`, and the cases, sorted.

    With `mean_errors`, as far as the cases have them.
    """
    dice = [case["dice"] for case in cases.values()]
    return {
        "mean_dice": round(statistics.mean(dice), 6),
        "sd_dice": round(statistics.stdev(dice), 6) if len(dice) > 1 else 0.0,
        "median_dice": round(statistics.median(dice), 6),
        "worst_dice": min(dice),
        **mean_errors(cases.values()),
        "cases": dict(sorted(cases.items())),
    }
