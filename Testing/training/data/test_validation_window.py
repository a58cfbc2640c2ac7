"""What of a scan a network is validated on."""

from __future__ import annotations

import dataclasses

import numpy as np

from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.data.validation_window import crop_window, patch_window
from PancreasSegLib.training.recipe.crops import Patches, Sampling


def stack_of(
    shape: tuple[int, int, int], low: tuple[int, int, int], high: tuple[int, int, int]
) -> Stack:
    """A pancreas from voxel `low` up to `high`."""
    mask = np.zeros(shape, np.uint8)
    mask[tuple(slice(*ends) for ends in zip(low, high, strict=True))] = 1
    return Stack("a", mask * 200, mask)


def test_it_is_the_window_that_crops_come_from() -> None:
    stack = stack_of((12, 20, 20), (5, 8, 6), (8, 12, 10))
    sampling = Sampling(crop=(6, 14), centre="pancreas", jitter_mm=0, margin_mm=4)

    window = crop_window(stack, sampling, slice_mm=4.0)

    # Slices 5 to 7 and one more (4 mm) on both sides; rows about 9.5; columns about 7.5, cut at 0.
    assert window == (slice(4, 9), slice(6, 12), slice(0, 14))
    assert stack.cropped(window).image.shape == (5, 6, 14)
    assert stack.cropped(window).mask.sum() == stack.mask.sum()


def test_without_a_margin_it_has_all_slices() -> None:
    stack = stack_of((12, 20, 20), (5, 8, 6), (8, 12, 10))
    sampling = Sampling(crop=(6, 14), centre="pancreas", jitter_mm=0)

    slices, _, _ = crop_window(stack, sampling, slice_mm=4.0)

    assert stack.image[slices].shape[0] == 12


def test_of_patches_it_is_centred_on_the_pancreas_and_ends_with_the_scan() -> None:
    stack = stack_of((16, 24, 24), (4, 8, 8), (8, 14, 16))
    patches = Patches((4, 6, 8), 0.0, anywhere=0, tilt_degrees=0, stretch=0, coarse=0, slab=0)

    assert patch_window(stack, patches) == (slice(4, 8), slice(8, 14), slice(8, 16))
    wide = dataclasses.replace(patches, size=(40, 8, 8))
    assert patch_window(stack, wide)[0] == slice(0, 26)
    assert stack.cropped(patch_window(stack, wide)).image.shape == (16, 8, 8)
