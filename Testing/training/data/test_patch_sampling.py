"""Training patches: where they are taken, what they hold, and that a step gives the same ones."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from PancreasSegLib.training.data.patch_sampling import PatchBatches, pancreas_centre
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.recipe.crops import Augmentation, Patches
from Testing.training.conftest import refused
from Testing.training.toy import SPACING_MM, UNCHANGED, toy_stack

STILL = Patches((4, 6, 8), 0.0, anywhere=0, tilt_degrees=0, stretch=0, coarse=0, slab=0)


def patches_of(
    stack: Stack,
    patches: Patches = STILL,
    augmentation: Augmentation = UNCHANGED,
    batch: int = 2,
    seed: int = 1,
) -> PatchBatches:
    return PatchBatches([stack], patches, augmentation, SPACING_MM, batch, seed, 0, 10)


def three_classes() -> Stack:
    """A pancreas of 4 x 6 x 8 voxels at (4, 8, 8) in 16 x 24 x 24, a liver beside it."""
    mask = np.zeros((16, 24, 24), np.uint8)
    mask[4:8, 8:14, 8:16] = 1
    organs = np.zeros_like(mask)
    organs[2:12, 6:16, 1:8] = 2
    image = (40 + 60 * organs + 150 * mask).astype(np.uint8)
    return Stack("three", image, mask, organs=organs)


def test_a_patch_without_changes_is_the_scan_about_the_pancreas() -> None:
    stack = three_classes()

    images, classes = patches_of(stack).at(0)

    part = (slice(4, 8), slice(8, 14), slice(8, 16))
    assert pancreas_centre(stack) == (5.5, 10.5, 11.5)
    assert images.shape == classes.shape == (2, 4, 6, 8)
    assert images.dtype == torch.float32
    assert classes.dtype == torch.uint8
    np.testing.assert_allclose(images[0] * 255, stack.image[part], atol=0.01)
    np.testing.assert_array_equal(classes[0], stack.classes[part])


def test_image_and_classes_are_changed_alike() -> None:
    """Classes are taken where the image shows their grey level, whatever the deformation."""
    changes = dataclasses.replace(UNCHANGED, rotation_degrees=20.0, scale=0.3, elastic_mm=8.0)
    patches = dataclasses.replace(
        STILL, size=(12, 16, 16), jitter_mm=9.0, tilt_degrees=10.0, stretch=0.1
    )

    images, classes = patches_of(three_classes(), patches, changes, batch=8).at(3)

    assert classes.unique().tolist() == [0, 1, 2]
    for value, grey in ((1, 190), (2, 160)):
        inside = images[classes == value] * 255
        assert float((inside - grey).abs().median()) < 8


def test_a_batch_is_a_pure_function_of_seed_and_step() -> None:
    patches = Patches((6, 8, 8), 9.0)
    one, again, other = (
        patches_of(toy_stack("a"), patches, Augmentation(), seed=seed) for seed in (1, 1, 2)
    )
    one.at(1)

    assert all(torch.equal(a, b) for a, b in zip(one.at(7), again.at(7), strict=True))
    assert not torch.equal(one.at(7)[0], one.at(8)[0])
    assert not torch.equal(one.at(7)[0], other.at(7)[0])


def test_beyond_a_cut_field_of_view_a_patch_is_empty() -> None:
    patches = dataclasses.replace(STILL, size=(16, 8, 8), slab=1.0, least_slab_mm=8.0)

    images, classes = patches_of(three_classes(), patches, batch=40).at(0)

    shown = images.amax(dim=(2, 3)) > 0
    depths = shown.sum(dim=1)
    assert int(depths.min()) in range(2, 5)
    assert len(depths.unique()) > 4
    assert not classes[~shown].any()
    assert classes.any(dim=3).any(dim=2).any(dim=1).all()  # every slab holds a part of an organ


def test_a_coarse_patch_keeps_its_mean_and_loses_its_detail() -> None:
    stack = three_classes()
    noise = np.random.default_rng(1).integers(0, 255, stack.image.shape).astype(np.uint8)
    stack = dataclasses.replace(stack, image=noise)
    fine = dataclasses.replace(STILL, size=(12, 16, 16))
    coarse = dataclasses.replace(fine, coarse=1.0, coarse_mm=12.0)

    before, after = (patches_of(stack, patches, batch=8).at(0)[0] for patches in (fine, coarse))

    assert float(after.mean()) == pytest.approx(float(before.mean()), abs=0.02)
    assert float(after.std()) < 0.7 * float(before.std())


def test_data_without_any_scan_is_refused() -> None:
    loose = dataclasses.replace(toy_stack("slice"), loose=True)

    with refused("The training data has no scan"):
        patches_of(loose)
