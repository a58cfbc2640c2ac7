"""How bright other organs are, as far as a network knows them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from PancreasSegLib.models import Manifest, Window
from PancreasSegLib.networks import JAC, UNet3D
from PancreasSegLib.segmenter.organs import organs_hu
from PancreasSegLib.volume import Volume
from Testing.segmenter.conftest import SaveModel

AFFINE = np.diag([10.0, 10.0, 10.0, 1.0])
"""A voxel has 1 ml."""


def manifest_of(save_model: SaveModel, organs: tuple[str, ...]) -> Manifest:
    network = UNet3D(channels=1, blocks=1, scales=1, classes=2 + len(organs))
    return Manifest.from_file(save_model(network, "organs", organs=organs))


def maps_of(classes: list[int], count: int) -> torch.Tensor:
    """One slice of one row: the answer, then logits that are highest for each voxel's class."""
    chosen = torch.nn.functional.one_hot(torch.tensor(classes), count).float()
    answer = torch.zeros(1, 1, 1, len(classes))
    return torch.cat([answer, chosen.T[None, :, None]], dim=1)


def test_an_organ_has_the_median_of_its_voxels_in_hu(save_model: SaveModel) -> None:
    manifest = manifest_of(save_model, ("aorta", "liver"))  # the window is [-100, 240]
    grey = Volume(np.array([[[0.1, 0.5, 0.6, 1.0, 0.7, 0.8]]], np.float32), AFFINE)

    found = organs_hu(maps_of([0, 2, 2, 2, 3, 3], 4), grey, manifest)

    assert found == {"aorta": pytest.approx(104.0), "liver": pytest.approx(155.0)}


def test_of_less_than_two_ml_nothing_is_told(save_model: SaveModel) -> None:
    manifest = manifest_of(save_model, ("aorta", "liver"))
    grey = Volume(np.array([[[0.1, 0.5, 0.6]]], np.float32), AFFINE)

    assert organs_hu(maps_of([0, 1, 2], 4), grey, manifest) == {}


def test_without_hu_or_other_organs_nothing_is_told(save_model: SaveModel, bright_jac: JAC) -> None:
    grey = Volume(np.ones((1, 1, 3), np.float32), AFFINE)
    percentiles = dataclasses.replace(
        manifest_of(save_model, ("aorta",)), window=Window("percentile", 1.0, 99.0)
    )
    alone = Manifest.from_file(save_model(bright_jac, "alone"))

    assert organs_hu(maps_of([2, 2, 2], 3), grey, percentiles) == {}
    assert organs_hu(torch.zeros(1, 1, 1, 3), grey, alone) == {}
