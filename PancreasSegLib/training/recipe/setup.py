"""What trained weights, and the masks of a model, depend on: one record, compared as a whole."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from PancreasSegLib.models.catalogue import find_beside
from PancreasSegLib.training.recipe.config import TrainingConfig


def weights_setup(config: TrainingConfig) -> dict[str, Any]:
    """What the trained weights depend on, besides scans and seed; as JSON gives it back."""
    recipes = {"cnn": config.cnn, "rnn": config.rnn}
    return _as_json(
        {
            "network": config.network,
            "starts_from": None if config.initial is None else Path(config.initial).stem,
            "window": dataclasses.asdict(config.data.window),
            "spacing_mm": config.data.spacing_mm,
            "views": config.data.views,
            "sampling": dataclasses.asdict(config.sampling),
            "augmentation": dataclasses.asdict(config.augmentation),
            "recipes": {k: dataclasses.asdict(r) for k, r in recipes.items() if r is not None},
        }
    )


def masks_setup(config: TrainingConfig, name: str) -> dict[str, Any]:
    """What the masks of the model `name` depend on: its weights' setup, and how it is used.

    Raises `WeightsError` where a model to average with is missing.
    """
    export, combination = config.export, config.export.combination_of(name)
    folder = config.path(export.folder)
    others = {other: find_beside(folder, other).manifest for other in combination.averaged_with}
    return weights_setup(config) | _as_json(
        {
            "averaged_with": {other: its.training.get("setup") for other, its in others.items()},
            "combination": dataclasses.asdict(combination),
            "region": None if export.region is None else dataclasses.asdict(export.region),
        }
    )


def _as_json(content: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(content)))
