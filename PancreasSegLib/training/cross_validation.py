"""Cross-validation by scan: each is segmented, whole, by models that were trained without it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.metrics.reliability import calibration_curve
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.config import TrainingConfig, read_config
from PancreasSegLib.training.export import setup_of, setup_of_model
from PancreasSegLib.training.train import train_configured
from PancreasSegLib.training.training_set import find_scans
from PancreasSegLib.volume.atomic_file import atomic_file

SUMMARY = "cross_validation.json"


def split(cases: Sequence[str], folds: int) -> list[tuple[str, ...]]:
    """The cases of each fold: of the sorted list every `folds`-th, so that folds are alike in size.

    Raises `InputError` where there are fewer cases than folds, or fewer than two of either.
    """
    if len(cases) < 2:
        raise InputError(
            f"Cross-validation needs two scans or more, and there are {len(cases)}; name more in"
            " 'volumes'."
        )
    if not 2 <= folds <= len(cases):
        raise InputError(
            f"{len(cases)} scans cannot be split into {folds} folds; give 2 to {len(cases)}."
        )
    return [tuple(sorted(cases)[fold::folds]) for fold in range(folds)]


def cross_validate(
    config_paths: Sequence[Path],
    folds: int,
    output: Path,
    chosen: Sequence[int],
    device: str = "auto",
    progress: Callable[[Progress], None] = lambda progress: None,
    tell: Callable[[str], None] = lambda text: None,
    seed: int | None = None,
) -> Path | None:
    """Train and measure the `chosen` folds (from 0 on); the summary's path once all folds are done.

    The configurations are trained one after the other in each fold, the coarse stage's first. The
    models of a fold go to `output`/fold-K/models, its runs beside them; a fold that was cut short
    goes on where it stopped. Where a configuration starts from, or works with, another model, the
    fold's own of that name is taken. A `seed` takes the place of the configurations' own; all is
    then kept in `output`/seed-N. `tell` hears one line a model and fold.
    Raises what `train` raises, and `InputError` for a fold that is not there, too few scans,
    configurations with different scans and an earlier summary that is damaged.
    """
    configs = [_read(path, seed) for path in config_paths]
    parts = split(_scans(configs), folds)
    for fold in chosen:
        if not 0 <= fold < folds:
            raise InputError(f"There is no fold {fold}; they are 0 to {folds - 1}.")
    output = output if seed is None else output / f"seed-{seed}"
    _summarised_before(output / SUMMARY, configs, parts)  # a damaged one is told now
    for fold in chosen:
        folder = output.resolve() / f"fold-{fold}"
        for config, path in zip(configs, config_paths, strict=True):
            part = _without(config, parts[fold], folder)
            _refuse_without_others(part, path)
            for manifest in train_configured(part, path, device, progress):
                tell(_line(fold, Manifest.from_file(manifest)))
    return _summarise(output, configs, parts)


def _read(path: Path, seed: int | None) -> TrainingConfig:
    config = read_config(path)
    if config.data.validation or config.data.left_out:
        raise InputError(
            f"{path} names scans for validation or to be left out; cross-validation trains without "
            "a selection and leaves out each fold in turn: remove both."
        )
    return config if seed is None else replace(config, seed=seed)


def _scans(configs: Sequence[TrainingConfig]) -> list[str]:
    """The scans of the configurations, which must all have the same."""
    scans = [sorted(case.name for case in find_scans(config)) for config in configs]
    if any(names != scans[0] for names in scans):
        raise InputError("The configurations have different scans; give them the same data.")
    return scans[0]


def _without(config: TrainingConfig, cases: tuple[str, ...], folder: Path) -> TrainingConfig:
    models = folder / "models"
    return replace(
        config,
        output=str(folder / config.name),
        initial=_initial(config, models),
        data=replace(config.data, left_out=cases),
        export=replace(config.export, folder=str(models)),
    )


def _initial(config: TrainingConfig, models: Path) -> str | None:
    """Where the CNN starts from: the fold's own model of that name, where it has one.

    But never what this configuration itself made there in an earlier call.
    """
    if config.initial is None or Path(config.initial).stem in config.export.names:
        return config.initial
    own = models / Path(config.initial).name
    return str(own) if own.is_file() else config.initial


def _refuse_without_others(part: TrainingConfig, path: Path) -> None:
    """The bundled models will not do: they have seen the scans that the fold leaves out."""
    for name in part.export.others:
        if not (Path(part.export.folder) / f"{name}.json").is_file():
            raise InputError(
                f"{path} works with {name}, which this fold does not have; give that model's"
                " configuration first."
            )


def _line(fold: int, manifest: Manifest) -> str:
    cases = manifest.measured.get("cases", {})
    if not cases:
        return f"fold {fold}  {manifest.name}  trained"
    scores = "  ".join(f"{name} {case['dice']:.3f}" for name, case in cases.items())
    return f"fold {fold}  {manifest.name}  mean DSC {manifest.measured['mean_dice']:.3f}  {scores}"


def _summarise(
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
                folder = output.resolve() / f"fold-{fold}"
                setup, measured = _measured(_without(config, part, folder), name)
                if set(measured) != set(part):
                    return None
                cases |= {case: {"fold": fold} | measured[case] for case in part}
            curve = calibration_curve([case.pop("reliability") for case in cases.values()])
            models[name] = summary(cases) | {"setup": setup, "calibration": curve}
    if not models:
        return None
    path = output / SUMMARY
    with atomic_file(path) as unfinished:
        content = {"folds": len(parts), "models": _summarised_before(path, configs, parts) | models}
        unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def _summarised_before(
    path: Path, configs: Sequence[TrainingConfig], parts: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """The models of an earlier summary, where its folds had the same scans and coarse stage.

    Raises `InputError` where it cannot be read.
    """
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
    export = config.export
    path = Path(export.folder) / f"{name}.json"
    if not path.is_file():
        return {}, {}
    manifest = Manifest.from_file(path)
    mean = export.mean(name)
    same = [
        manifest.training.get("setup") == setup_of(config),
        manifest.region == export.region,
        manifest.threshold == mean.threshold,
        manifest.averaged_with == mean.models,
        manifest.smoothing_mm == mean.smoothing_mm,
        manifest.intensity_likelihood == mean.intensity_likelihood,
        manifest.least_component == export.least_component,
    ]
    cases = dict(manifest.measured.get("cases", {}))
    if not all(same) or not all("reliability" in case for case in cases.values()):
        return {}, {}
    return setup_of_model(config, name), cases


def summary(cases: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Mean, standard deviation, median and worst Dice over `cases`, and the cases, sorted."""
    dice = [case["dice"] for case in cases.values()]
    return {
        "mean_dice": round(statistics.mean(dice), 6),
        "sd_dice": round(statistics.stdev(dice), 6) if len(dice) > 1 else 0.0,
        "median_dice": round(statistics.median(dice), 6),
        "worst_dice": min(dice),
        "cases": dict(sorted(cases.items())),
    }
