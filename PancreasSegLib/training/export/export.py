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
from PancreasSegLib.models.catalogue import Model, find_averaged_models, find_model
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.models.seen import Seen, seen_by_weights
from PancreasSegLib.models.weights import save_weights
from PancreasSegLib.networks import Network, UNet3D
from PancreasSegLib.training.data.training_set import TrainingSet, scans_to_measure
from PancreasSegLib.training.export.model_card import in_words, write_model_card
from PancreasSegLib.training.recipe.config import TrainingConfig
from PancreasSegLib.training.recipe.setup import masks_setup, weights_setup

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
    the cross-validation, if there is one; `measure_held_out` writes those of scans held out.
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
        organs=config.data.organs if isinstance(network, UNet3D) else (),
        combination=config.export.combination_of(name),
        region=config.export.region,
        field_of_view_mm=config.export.field_of_view_mm,
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
    manifest's path. Raises `WeightsError` where a model is missing or of another modality.
    """
    average = config.export.average
    assert average is not None  # callers have asked
    own = Manifest.from_file(last)
    measured = cross_validated(config, average.name)
    manifest = dataclasses.replace(
        own,
        name=average.name,
        combination=average.combination,
        calibration=measured.pop("calibration", ()),
        measured=measured,
    )
    others = find_averaged_models(Model(manifest, last.parent))
    titles = [own.title, *(other.manifest.title for other in others)]
    manifest = dataclasses.replace(
        manifest, title=_title_of_average(titles, average.combination.intensity_likelihood)
    )
    path = last.with_name(f"{average.name}.json")
    manifest.to_file(path)
    write_model_card(manifest, path.with_suffix(".md"))
    return path


def cross_validated(config: TrainingConfig, name: str) -> dict[str, Any]:
    """What the cross-validation measured of the model `name`; nothing before it is done.

    Raises `InputError` for a summary that cannot be read, is of another recipe or of other data,
    or measured other scans, and `WeightsError` where a model that this one works with is missing.
    """
    if config.export.cross_validation is None or config.data.held_out:
        return {}
    path = config.path(config.export.cross_validation)
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        what, model = CROSS_VALIDATED.format(folds=content["folds"]), dict(content["models"][name])
        setup, cases = model.pop("setup"), dict(model["cases"])
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} is no summary of '{name}' by `pancreasseg cross-validate`; make it anew, or"
            " move it away."
        ) from None
    if setup != masks_setup(config, name):
        raise InputError(
            f"{path} is the cross-validation of another recipe or of other data than the"
            " configuration's; make it anew, or move it away."
        )
    if set(cases) != set(scans_to_measure(config)):
        raise InputError(
            f"{path} has not measured '{name}' on just the scans of the configuration; make it"
            " anew, or move it away."
        )
    return {"what": what} | model


def _title(network: Network, config: TrainingConfig) -> str:
    purpose = {"pancreas": "pancreas", "region": "finds the pancreas region"}[config.export.task]
    return f"{network.title}{_seen_from(config.data.views)}, {purpose}, {config.data.modality}"


def _seen_from(views: Sequence[str]) -> str:
    if len(views) > 1:
        return f" of {len(views)} views"
    return "" if views[0] == "axial" else f" of {views[0]} slices"


def _title_of_average(titles: Sequence[str], by_grey_values: bool) -> str:
    """All networks, those of one kind together, then the purpose and modality that they share.

    A network alone has a model of its own as well, whose title is another.
    """
    networks = Counter(title.rsplit(", ", 2)[0] for title in titles)
    told = [f"{count} x {kind}" if count > 1 else kind for kind, count in networks.items()]
    if len(titles) == 1 and by_grey_values:
        told = [f"{told[0]} weighed by grey values"]
    return f"{in_words(told)}, {', '.join(titles[0].rsplit(', ', 2)[1:])}"


def _training(
    config: TrainingConfig, records: dict[str, dict[str, Any]], data: TrainingSet
) -> dict[str, Any]:
    scans = [stack.name for stack in data.training if not stack.loose]
    measurable = scans_to_measure(config)
    training_only = [name for name in scans if name not in measurable]
    validation = [stack.name for stack in data.validation]
    cases = {case.name for case in data.held_out}
    patients = [name for name in config.data.held_out if name not in cases]
    seen = Seen(frozenset([*scans, *validation]), data.patients)
    if config.initial is not None:
        seen |= seen_by_weights(find_model(config.path(config.initial)))
    return {
        "configuration": config.name,
        "training_scans": [name for name in scans if name in measurable],
        **({"training_only_scans": training_only} if training_only else {}),
        "validation_scans": validation,
        "held_out_scans": [case.name for case in data.held_out],
        **({"held_out_patients": patients} if patients else {}),
        "loose_slices": sum(stack.loose for stack in data.training),
        "seen": seen.as_dict(),
        "seed": config.seed,
        "setup": weights_setup(config),
        "outcome": records,
    }
