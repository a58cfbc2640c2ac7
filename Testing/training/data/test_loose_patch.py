"""Patches of loose slices: what a network that sees whole regions is shown of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from PancreasSegLib.losses import NOT_PANCREAS
from PancreasSegLib.training.data.loose_patch import Pair, loose_patch
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.recipe.crops import Augmentation
from Testing.training.conftest import refused
from Testing.training.toy import UNCHANGED

SPACING_MM = (4.0, 3.0, 3.0)
STILL = dataclasses.replace(UNCHANGED, loose_scale=0.0)


def slice_with_pancreas() -> Stack:
    """24 x 24 pixels with a bright pancreas of 6 x 8 pixels about (11.5, 12.5)."""
    mask = np.zeros((1, 24, 24), np.uint8)
    mask[0, 9:15, 9:17] = 1
    return Stack("slice", (100 + 90 * mask).astype(np.uint8), mask, loose=True)


def patch_of(
    stack: Stack,
    seed: int = 1,
    jitter_mm: float = 0.0,
    thick_mm: float = 1.0,
    amount: Augmentation = STILL,
) -> Pair:
    generator = torch.Generator().manual_seed(seed)
    return loose_patch(stack, (12, 10, 12), SPACING_MM, jitter_mm, thick_mm, amount, generator)


def test_a_thin_slice_is_shown_once_about_its_pancreas_and_nothing_beside_it() -> None:
    stack = slice_with_pancreas()

    image, classes = patch_of(stack)

    (shown,) = image.amax(dim=(1, 2)).nonzero()[:, 0].tolist()
    part = (slice(7, 17), slice(7, 19))
    assert image.shape == classes.shape == (12, 10, 12)
    assert image.dtype == torch.float32
    assert classes.dtype == torch.uint8
    np.testing.assert_allclose(image[shown] * 255, stack.image[0][part], atol=0.01)
    np.testing.assert_array_equal(classes[shown] == 1, stack.mask[0][part] > 0)
    assert ((classes[shown] == 1) | (classes[shown] == NOT_PANCREAS)).all()
    assert not classes[[k for k in range(12) if k != shown]].any()


def test_a_slice_is_up_to_as_thick_as_asked_for_and_seen_by_the_coarsest_side_output() -> None:
    depths, first = set(), set()
    for seed in range(60):
        image, classes = patch_of(slice_with_pancreas(), seed, thick_mm=20.0)
        seen = image.amax(dim=(1, 2)).nonzero()[:, 0].tolist()
        assert seen == list(range(seen[0], seen[-1] + 1))
        assert all(torch.equal(image[seen[0]], image[k]) for k in seen)
        assert all(torch.equal(classes[seen[0]], classes[k]) for k in seen)
        depths.add(len(seen))
        first.add(seen[0])

    assert depths == {1, 2, 3, 4, 5}
    assert first == {0, 4, 8}


def test_image_and_classes_are_moved_and_turned_alike() -> None:
    amount = dataclasses.replace(STILL, rotation_degrees=20.0, loose_scale=0.3, elastic_mm=6.0)
    places = set()
    for seed in range(20):
        image, classes = patch_of(slice_with_pancreas(), seed, jitter_mm=9.0, amount=amount)
        inside = image[classes == 1] * 255
        assert float((inside - 190).abs().median()) < 10
        places.add(tuple((classes == 1).nonzero().float().mean(dim=0).tolist()[1:]))

    assert len(places) == 20


def test_a_slice_without_pancreas_is_refused() -> None:
    stack = slice_with_pancreas()
    with refused("The reference mask of slice is empty"):
        patch_of(dataclasses.replace(stack, mask=np.zeros_like(stack.mask)))


@pytest.mark.parametrize("thick_mm", [100.0, 47.0])
def test_no_slice_is_thicker_than_the_patch(thick_mm: float) -> None:
    for seed in range(40):
        image, _ = patch_of(slice_with_pancreas(), seed, thick_mm=thick_mm)
        assert image.shape == (12, 10, 12)
