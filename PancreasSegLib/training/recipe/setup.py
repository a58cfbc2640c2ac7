"""What trained weights, and the masks of a model, depend on: one record, compared as a whole."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from PancreasSegLib.files.sha256 import sha256_of_file
from PancreasSegLib.models.catalogue import find_beside, find_model
from PancreasSegLib.models.manifest import Manifest, Millimetres
from PancreasSegLib.training.data.fingerprint import data_fingerprint
from PancreasSegLib.training.recipe.config import TrainingConfig


def weights_setup(config: TrainingConfig) -> dict[str, Any]:
    """What the trained weights depend on besides the seed, and besides which scans are held out.

    As JSON gives it back. The scans are all those of the configuration: so it is the same in each
    fold of a cross-validation, and for the model that is trained on all.
    Raises `WeightsError` where the model to start from is missing, `InputError` where data is.
    """
    recipes = {"cnn": config.cnn, "rnn": config.rnn}
    return _as_json(
        {
            "data": data_fingerprint(config),
            "network": config.network,
            "starts_from": _start(config),
            **trunk_setup(config),
            "window": dataclasses.asdict(config.data.window),
            "spacing_mm": config.data.spacing_mm,
            "views": config.data.views,
            **_crops(config),
            "augmentation": dataclasses.asdict(config.augmentation),
            "recipes": {k: dataclasses.asdict(r) for k, r in recipes.items() if r is not None},
        }
    )


def masks_setup(config: TrainingConfig, name: str) -> dict[str, Any]:
    """What the masks of the model `name` depend on: its weights' setup, and how it is used.

    That includes the setups of the region model and of the models to average with.
    Raises `WeightsError` where one of those is missing.
    """
    export, combination = config.export, config.export.combination_of(name)
    folder = config.path(export.folder)
    others = {other: find_beside(folder, other).manifest for other in combination.averaged_with}
    region = None
    if export.region is not None:
        coarse = find_beside(folder, export.region.model).manifest
        region = dataclasses.asdict(export.region) | {
            "setup": coarse.training.get("setup"),
            "combination": dataclasses.asdict(coarse.combination),
        }
    return weights_setup(config) | _as_json(
        {
            "averaged_with": {other: _as_member(its) for other, its in others.items()},
            "combination": dataclasses.asdict(combination),
            "region": region,
        }
        | _field_of_view(export.field_of_view_mm)
    )


def _as_member(manifest: Manifest) -> dict[str, Any] | None:
    setup: dict[str, Any] | None = manifest.training.get("setup")
    return setup if setup is None else setup | _field_of_view(manifest.field_of_view_mm)


def _field_of_view(lengths_mm: Millimetres) -> dict[str, Any]:
    # Nothing where it is not asked for: records of before there was one stay what they are.
    return {"field_of_view_mm": lengths_mm} if any(lengths_mm) else {}


def trunk_setup(config: TrainingConfig) -> dict[str, str]:
    """The SHA-256 of the trunk's file under `trunk`, where there is one; raises OSError."""
    if config.trunk is None:
        return {}
    return {"trunk": sha256_of_file(config.path(config.trunk))}


def _crops(config: TrainingConfig) -> dict[str, Any]:
    tables: dict[str, Any] = {
        "sampling": config.sampling,
        "patches": config.patches,
        "superpixels": config.superpixels,
    }
    if config.superpixels is not None:
        # They are trained in it; other networks' weights know nothing of it.
        tables["region"] = config.export.region
    return {name: dataclasses.asdict(table) for name, table in tables.items() if table is not None}


def _start(config: TrainingConfig) -> dict[str, Any] | None:
    if config.initial is None:
        return None
    path = config.path(config.initial)
    return {
        "model": Path(config.initial).stem,
        "setup": find_model(path).manifest.training.get("setup"),
    }


def _as_json(content: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(content)))
