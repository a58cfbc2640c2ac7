"""Contrast and brightness, changed at random: scans differ in both by the contrast agent."""

from __future__ import annotations

import torch
from torch import Tensor

from PancreasSegLib.training.recipe.crops import Augmentation


def changed_grey(pictures: Tensor, augmentation: Augmentation, random: torch.Generator) -> Tensor:
    """Pictures (n, ...) in [0, 1], each by itself with another contrast, about the middle of the
    window, and brightness, by up to what the augmentation says.
    """
    shape = (len(pictures), *[1] * (pictures.ndim - 1))
    contrast, brightness = (torch.rand(shape, generator=random) * 2 - 1 for _ in range(2))
    factor = (1 + augmentation.contrast) ** contrast
    moved = (pictures - 0.5) * factor + 0.5 + brightness * augmentation.brightness
    return moved.clamp(0, 1)
