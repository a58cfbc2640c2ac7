"""Contrast and brightness, changed picture by picture."""

from __future__ import annotations

import torch

from PancreasSegLib.training.recipe.crops import Augmentation
from PancreasSegLib.training.superpixels.grey import changed_grey


def random() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def test_nothing_changes_without_an_amount() -> None:
    pictures = torch.rand(3, 4, 5)

    changed = changed_grey(pictures, Augmentation(contrast=0.0, brightness=0.0), random())

    assert torch.allclose(changed, pictures)


def test_each_picture_is_changed_by_itself_and_stays_within_the_window() -> None:
    pictures = torch.tensor([0.0, 0.5, 0.6, 1.0]).repeat(20, 1)

    changed = changed_grey(pictures, Augmentation(contrast=0.5, brightness=0.2), random())

    assert float(changed.min()) >= 0 and float(changed.max()) <= 1
    assert len(changed[:, 1].unique()) == 20
    assert float((changed[:, 1] - 0.5).abs().max()) <= 0.2 + 1e-6
    steps = (changed[:, 2] - changed[:, 1]) / 0.1
    assert float(steps.min()) >= 1 / 1.5 - 1e-3 and float(steps.max()) <= 1.5 + 1e-3
