"""Toy data that a tiny network learns in seconds: a bright box in a grey body."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.networks import JAC
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.training.data.sampling import Batches
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.fit.trainer import Stage, Trainer
from PancreasSegLib.training.recipe.config import Recipe
from PancreasSegLib.training.recipe.crops import Augmentation, Sampling

SPACING_MM = (3.0, 3.0, 4.0)
PERCENTILES = Window("percentile", 1.0, 99.0)
SAMPLING = Sampling(crop=(16, 16), centre="pancreas", jitter_mm=6.0, margin_mm=4.0)
UNCHANGED = Augmentation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
FLOAT32 = Compute(torch.device("cpu"), torch.float32)


def toy_stack(name: str, seed: int = 0) -> Stack:
    """8 slices of 24 x 24; slices 2 to 5 show a box of 8 x 10 pixels, elsewhere for each seed."""
    random = np.random.default_rng(seed)
    image = random.integers(100, 130, (8, 24, 24)).astype(np.uint8)
    mask = np.zeros_like(image)
    row, column = random.integers(4, 10, 2)
    mask[2:6, row : row + 8, column : column + 10] = 1
    image[mask == 1] += 90
    return Stack(name, image, mask)


def toy_batches(
    stacks: Sequence[Stack],
    first: int = 0,
    last: int = 1,
    *,
    sampling: Sampling = SAMPLING,
    augmentation: Augmentation = UNCHANGED,
    batch: int = 2,
    length: int = 1,
    seed: int = 1,
) -> Batches:
    return Batches(
        stacks, sampling, augmentation, SPACING_MM, PERCENTILES, batch, length, seed, first, last
    )


def toy_recipe(
    steps: int,
    validate_every: int,
    learning_rate: float = 1e-2,
    warmup_steps: int = 0,
    weight_average: float = 0.0,
) -> Recipe:
    return Recipe(
        steps=steps,
        batch=2,
        learning_rate=learning_rate,
        warmup_steps=warmup_steps,
        weight_average=weight_average,
        validate_every=validate_every,
    )


def tiny_jac() -> JAC:
    """The same weights every time."""
    torch.manual_seed(5)
    return JAC(channels=4, blocks=1, scales=2)


def toy_stage(recipe: Recipe, network: JAC | None = None) -> Stage:
    training = [toy_stack("a", 1), toy_stack("b", 2)]
    return Stage(
        "toy",
        network or tiny_jac(),
        recipe,
        recipe.steps,
        lambda first, last: toy_batches(training, first, last),
        [toy_stack("v", 3)],
    )


def toy_trainer(folder: Path) -> Trainer:
    folder.mkdir(parents=True, exist_ok=True)
    return Trainer(folder, FLOAT32)
