"""Small regions whose pancreas is bright, for forests and ConvNets that learn within a second."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.models import RegionStage
from PancreasSegLib.networks import Superpixels
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.superpixels.regions import TrainingRegion, training_region

STAGE = RegionStage("coarse", (20.0, 20.0, 10.0))


def network() -> Superpixels:
    return Superpixels(channels=2, size=6, stride=3, scales=[1.5, 3.0])


def bright_stack(name: str, seed: int, loose: bool = False) -> Stack:
    """(6, 48, 60): a box of 14 x 16 pixels, brighter than the noise around it, in each slice."""
    random = np.random.default_rng(seed)
    image = random.integers(110, 130, (6, 48, 60)).astype(np.uint8)
    mask = np.zeros_like(image)
    row, column = random.integers(12, 20, 2)
    mask[1:5, row : row + 14, column : column + 16] = 1
    image[mask == 1] += 80
    return Stack(name, image[2:3], mask[2:3], loose) if loose else Stack(name, image, mask)


def bright_region(name: str, seed: int, loose: bool = False) -> TrainingRegion:
    return training_region(
        bright_stack(name, seed, loose),
        network(),
        STAGE,
        (1.0, 1.0, 3.0),
        0.0,
        np.random.default_rng(1),
    )
