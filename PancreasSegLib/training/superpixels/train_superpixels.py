"""The superpixel method's training from top to bottom: regions, forests, ConvNet, model files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.build import build_network
from PancreasSegLib.networks.superpixels import Superpixels
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.superpixels.cascade import Cascade
from PancreasSegLib.training.data.training_set import TrainingSet
from PancreasSegLib.training.export.export import export_model
from PancreasSegLib.training.fit.checkpoint import load_checkpoint, save_checkpoint
from PancreasSegLib.training.fit.trainer import Stage, Trainer
from PancreasSegLib.training.recipe.config import TrainingConfig
from PancreasSegLib.training.recipe.superpixels import SuperpixelRecipe
from PancreasSegLib.training.superpixels.box_batches import BoxBatches, Examples, examples_of
from PancreasSegLib.training.superpixels.candidates import measure_candidates
from PancreasSegLib.training.superpixels.forests import fit_cascade
from PancreasSegLib.training.superpixels.regions import TrainingRegion, training_region


def refuse_without_scikit_learn() -> None:
    """Raise `InputError` now, not when the scans are read."""
    if find_spec("sklearn") is None:
        raise InputError(
            "The forests of superpixels are trained by scikit-learn, which is not installed;"
            " install it with PancreasSeg's extra, in its checkout: pip install '.[train]'."
        )


def train_superpixels(config: TrainingConfig, data: TrainingSet, trainer: Trainer) -> Path:
    """Train the cascade, then the ConvNet on its candidates, and export the model.

    Forests are trained on scans; of loose slices the ConvNet alone sees what they leave. Returns
    the manifest's path. Raises `InputError` for references that are empty, fewer than two scans,
    and scans whose superpixels are all pancreas, or none of them.
    """
    recipe = config.superpixels
    assert recipe is not None  # callers have asked
    torch.manual_seed(config.seed)
    fields = {name: value for name, value in config.network.items() if name != "cnn"}
    network = build_network({"kind": "Superpixels"} | fields)
    assert isinstance(network, Superpixels)

    # A finished run writes its model anew without them, one that goes on needs them once.
    @cache
    def regions() -> list[TrainingRegion]:
        return _regions(config, recipe, data, network, trainer)

    candidates, measured = _forests(config, recipe, network, regions, trainer)

    @cache
    def examples() -> Examples:
        return _examples(network, regions(), candidates)

    stage = Stage(
        "cnn",
        network,
        config.cnn,
        config.cnn.steps,
        lambda first, last: BoxBatches(
            examples(),
            recipe.boxes,
            config.augmentation,
            network.scales,
            config.cnn.batch,
            config.seed,
            first,
            last,
        ),
        [],
    )
    # Again: a run that found its forests in their file has drawn other numbers on its way to here.
    torch.manual_seed(config.seed)
    trainer.train(stage)
    return export_model(config, config.export.cnn, network, {"cnn": measured}, data)


def _examples(
    network: Superpixels, regions: list[TrainingRegion], candidates: list[Tensor]
) -> Examples:
    """The `candidates` of the scans, then those that the forests leave of the loose slices."""
    scans, loose = ([r for r in regions if r.loose is kind] for kind in (False, True))
    of_loose = [network.cascade.candidates(r.slices, r.labels) for r in loose]
    return examples_of([*scans, *loose], [*candidates, *of_loose])


def _regions(
    config: TrainingConfig,
    recipe: SuperpixelRecipe,
    data: TrainingSet,
    network: Superpixels,
    trainer: Trainer,
) -> list[TrainingRegion]:
    stage = config.export.region
    assert stage is not None  # the configuration was checked
    regions = []
    for number, stack in enumerate(data.training):
        trainer.progress(Progress("superpixels", number / len(data.training), None))
        random = np.random.default_rng([config.seed, number])
        regions.append(
            training_region(stack, network, stage, config.data.spacing_mm, recipe.jitter_mm, random)
        )
    return regions


def _forests(
    config: TrainingConfig,
    recipe: SuperpixelRecipe,
    network: Superpixels,
    regions: Callable[[], list[TrainingRegion]],
    trainer: Trainer,
) -> tuple[list[Tensor], dict[str, float]]:
    """Give `network` its forests, from the file of an earlier call if there is one.

    Returns the candidates of each scan, and what was measured of them.
    """
    path = trainer.folder / "forests.pt"
    if path.is_file():
        state = load_checkpoint(path)
        network.cascade = cascade_of(state["configuration"])
        network.cascade.load_state_dict(state["cascade"])
        return list(state["candidates"]), dict(state["measured"])
    scans = [region for region in regions() if not region.loose]
    candidates = fit_cascade(
        network,
        scans,
        recipe.forests,
        config.augmentation,
        config.seed,
        lambda step, fraction: trainer.progress(Progress(step, fraction, None)),
    )
    measured = measure_candidates(scans, candidates)
    save_checkpoint(
        path,
        configuration=network.configuration(),
        cascade=network.cascade.state_dict(),
        candidates=candidates,
        measured=measured,
    )
    return candidates, measured


def cascade_of(configuration: dict[str, Any]) -> Cascade:
    """An empty cascade of the sizes in a `Superpixels`' configuration."""
    network = build_network(configuration)
    assert isinstance(network, Superpixels)
    return network.cascade
