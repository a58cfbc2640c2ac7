"""From a trained network to a model: weights, manifest and model card."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.models.catalogue import Model, find_averaged_models, find_beside
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.models.weights import save_weights
from PancreasSegLib.networks import Network
from PancreasSegLib.training.data.training_set import TrainingSet
from PancreasSegLib.training.export.model_card import write_model_card
from PancreasSegLib.training.recipe.config import TrainingConfig

CROSS_VALIDATED = (
    "{folds}-fold cross-validation: whole scans, on their own grids, each segmented by models that "
    "were trained without it, the coarse stage included. The weights of this model were trained on "
    "all of these scans. Numbers of a recipe that was chosen on these same folds, as that of the "
    "bundled models was, are optimistic"
)


def export_model(
    config: TrainingConfig,
    name: str,
    network: Network,
    records: dict[str, dict[str, Any]],
    data: TrainingSet,
) -> Path:
    """Write `name`.pt, .json and .md into the export folder; returns the manifest's path.

    `records` is what the protocol tells of each trained network. The measured numbers are those of
    the cross-validation, if there is one; `measure_left_out` writes those of scans left out.
    """
    folder = config.path(config.export.folder)
    make_folder(folder)
    measured = cross_validated(config, name)
    manifest = Manifest(
        name=name,
        title=_title(network, config),
        task=config.export.task,
        network=network.configuration(),
        modality=config.data.modality,
        window=config.data.window,
        spacing_mm=config.data.spacing_mm,
        views=config.data.views,
        averaged_with=(),
        averaged_by="mean",
        smoothing_mm=0.0,
        intensity_likelihood=False,
        region=config.export.region,
        threshold=config.export.threshold,
        least_component=config.export.least_component,
        training=_training(config, records, data),
        calibration=measured.pop("calibration", ()),
        measured=measured,
        licence=config.export.licence,
        weights=f"{name}.pt",
        sha256=save_weights(network, folder / f"{name}.pt"),
    )
    path = folder / f"{name}.json"
    manifest.to_file(path)
    write_model_card(manifest, path.with_suffix(".md"))
    return path


def export_average(config: TrainingConfig, last: Path) -> Path:
    """Write the average of the model `last` and those that `config.export.average` names.

    It is a manifest and a card: the weights are those of the models that it names. Returns the
    manifest's path. Raises `WeightsError` where a model is missing or of another grid.
    """
    average = config.export.average
    assert average is not None  # callers have asked
    own = Manifest.from_file(last)
    others = find_averaged_models(
        Model(dataclasses.replace(own, averaged_with=average.models), last.parent)
    )
    measured = cross_validated(config, average.name)
    manifest = dataclasses.replace(
        own,
        name=average.name,
        title=_title_of_average([own.title, *(other.manifest.title for other in others)]),
        averaged_with=average.models,
        averaged_by=average.averaged_by,
        smoothing_mm=average.smoothing_mm,
        intensity_likelihood=average.intensity_likelihood,
        threshold=average.threshold,
        calibration=measured.pop("calibration", ()),
        measured=measured,
    )
    path = last.with_name(f"{average.name}.json")
    manifest.to_file(path)
    write_model_card(manifest, path.with_suffix(".md"))
    return path


def cross_validated(config: TrainingConfig, name: str) -> dict[str, Any]:
    """What the cross-validation measured of the model `name`; nothing before it is done.

    Raises `InputError` for a summary that cannot be read, or that is of another recipe, and
    `WeightsError` where a model to average with is missing.
    """
    if config.export.cross_validation is None or config.data.left_out:
        return {}
    path = config.path(config.export.cross_validation)
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        what, model = CROSS_VALIDATED.format(folds=content["folds"]), dict(content["models"][name])
        setup = model.pop("setup")
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} is no summary of '{name}' by `pancreasseg cross-validate`; make it anew, or"
            " move it away."
        ) from None
    if setup != setup_of_model(config, name):
        raise InputError(
            f"{path} is the cross-validation of another recipe than the configuration's; make it"
            " anew, or move it away."
        )
    return {"what": what} | model


def setup_of(config: TrainingConfig) -> dict[str, Any]:
    """What the trained weights depend on, besides scans and seed; as JSON gives it back."""
    setup = {
        "network": config.network,
        "starts_from": None if config.initial is None else Path(config.initial).stem,
        "window": dataclasses.asdict(config.data.window),
        "spacing_mm": config.data.spacing_mm,
        "views": config.data.views,
        "sampling": dataclasses.asdict(config.sampling),
        "augmentation": dataclasses.asdict(config.augmentation),
        "recipes": {
            stage: dataclasses.asdict(recipe)
            for stage, recipe in {"cnn": config.cnn, "rnn": config.rnn}.items()
            if recipe is not None
        },
    }
    return dict(json.loads(json.dumps(setup)))


def setup_of_model(config: TrainingConfig, name: str) -> dict[str, Any]:
    """What the masks of the model `name` depend on: its weights' setup, and how it is used.

    Raises `WeightsError` where a model to average with is missing.
    """
    export, average = config.export, config.export.made_of(name)
    folder = config.path(export.folder)
    others = {other: find_beside(folder, other).manifest for other in average.models}
    used = {
        "averaged_with": {other: its.training.get("setup") for other, its in others.items()},
        "averaged_by": average.averaged_by,
        "smoothing_mm": average.smoothing_mm,
        "intensity_likelihood": average.intensity_likelihood,
        "threshold": average.threshold,
        "least_component": export.least_component,
        "region": None if export.region is None else dataclasses.asdict(export.region),
    }
    return setup_of(config) | dict(json.loads(json.dumps(used)))


def _title(network: Network, config: TrainingConfig) -> str:
    purpose = {"pancreas": "pancreas", "region": "finds the pancreas region"}[config.export.task]
    return f"{network.title}{_seen_from(config.data.views)}, {purpose}, {config.data.modality}"


def _seen_from(views: Sequence[str]) -> str:
    if len(views) > 1:
        return f" of {len(views)} views"
    return "" if views[0] == "axial" else f" of {views[0]} slices"


def _title_of_average(titles: Sequence[str]) -> str:
    """All networks, those of one kind together, then the purpose and modality that they share."""
    networks = Counter(title.rsplit(", ", 2)[0] for title in titles)
    told = [f"{count} x {kind}" if count > 1 else kind for kind, count in networks.items()]
    return f"{' and '.join(told)}, {', '.join(titles[0].rsplit(', ', 2)[1:])}"


def _training(
    config: TrainingConfig, records: dict[str, dict[str, Any]], data: TrainingSet
) -> dict[str, Any]:
    scans = [stack.name for stack in data.training if not stack.loose]
    return {
        "configuration": config.name,
        "training_scans": scans,
        "validation_scans": [stack.name for stack in data.validation],
        "left_out_scans": [case.name for case in data.left_out],
        "loose_slices": sum(stack.loose for stack in data.training),
        "seed": config.seed,
        "setup": setup_of(config),
        "outcome": records,
    }
