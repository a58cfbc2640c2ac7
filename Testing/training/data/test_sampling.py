"""Training crops: where they are taken, and that a step always gives the same batch."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from PancreasSegLib.training.data.batches import load
from PancreasSegLib.training.data.sampling import find_span
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.recipe.crops import Augmentation
from Testing.training.conftest import refused
from Testing.training.toy import SAMPLING, toy_batches, toy_stack

STILL = dataclasses.replace(SAMPLING, crop=(4, 4), jitter_mm=0.0)


def numbered_stack(depth: int = 12, first: int = 5, last: int = 7) -> Stack:
    """Slice k has grey level 100 + 10 k everywhere; slices first to last show the same square."""
    levels = 100 + 10 * np.arange(depth, dtype=np.uint8)
    image = np.tile(levels[:, None, None], (1, 20, 20))
    mask = np.zeros_like(image)
    mask[first : last + 1, 8:12, 6:10] = 1
    return Stack("numbered", image, mask)


def slices_drawn(positive: float, margin_mm: float | None, length: int = 1) -> set[int]:
    """The lowest slices of 200 crops."""
    sampling = dataclasses.replace(STILL, positive=positive, margin_mm=margin_mm)
    batches = toy_batches([numbered_stack()], sampling=sampling, batch=200, length=length)
    image, _ = batches.at(0)
    return set(((image[:, 0, 2, 2] * 255 - 100) / 10).round().int().tolist())


def test_a_batch_holds_image_and_reference_of_every_crop_and_slice() -> None:
    image, reference = toy_batches([toy_stack("a")], batch=3, length=4).at(0)

    assert image.shape == reference.shape == (3, 4, 16, 16)
    assert image.dtype == reference.dtype == torch.float32
    assert float(image.min()) >= 0 and float(image.max()) <= 1
    assert reference.unique().tolist() == [0.0, 1.0]


def test_a_batch_is_a_pure_function_of_seed_and_step() -> None:
    stacks = [toy_stack("a", 1), toy_stack("b", 2)]
    batches = toy_batches(stacks, augmentation=Augmentation())
    batches.at(1)
    again = toy_batches(stacks, first=7, last=9, augmentation=Augmentation())
    other_seed = toy_batches(stacks, augmentation=Augmentation(), seed=2)

    assert torch.equal(batches.at(7)[0], again.at(7)[0])
    assert torch.equal(batches.at(7)[1], again.at(7)[1])
    assert not torch.equal(batches.at(7)[0], batches.at(8)[0])
    assert not torch.equal(batches.at(7)[0], other_seed.at(7)[0])


def test_the_loader_gives_the_batches_of_its_steps_in_order() -> None:
    batches = toy_batches([toy_stack("a")], first=3, last=9, augmentation=Augmentation())

    loaded = list(load(batches))

    assert len(loaded) == 6
    for step, (image, reference) in enumerate(loaded, start=3):
        assert torch.equal(image, batches.at(step)[0])
        assert torch.equal(reference, batches.at(step)[1])


def test_a_crop_without_jitter_has_the_pancreas_in_its_middle() -> None:
    sampling = dataclasses.replace(STILL, crop=(8, 8), positive=1.0)

    _, reference = toy_batches([numbered_stack()], sampling=sampling, batch=1).at(0)

    expected = torch.zeros((8, 8))
    expected[2:6, 2:6] = 1
    assert torch.equal(reference[0, 0], expected)


def test_image_and_reference_of_all_slices_of_a_crop_are_moved_alike() -> None:
    mask = np.zeros((6, 40, 40), np.uint8)
    mask[:, 12:25, 10:30] = 1
    moved_only = dataclasses.replace(
        Augmentation(), contrast=0, brightness=0, gamma=0, noise=0, blur_mm=0
    )
    # The image is the mask: after the same change it still is.
    stack = Stack("a", mask * 255, mask)
    sampling = dataclasses.replace(SAMPLING, crop=(24, 32))

    image, reference = toy_batches(
        [stack], sampling=sampling, augmentation=moved_only, batch=8, length=3
    ).at(0)

    apart = (image >= 0.5).float() != reference
    assert float(apart.float().mean()) < 1e-3  # where a pixel has exactly half
    assert torch.equal(reference[:, 0], reference[:, 1])
    assert torch.equal(reference[:, 0], reference[:, 2])
    assert not torch.equal(reference[0], reference[1])


def test_positive_crops_show_pancreas() -> None:
    assert slices_drawn(positive=1.0, margin_mm=None) == {5, 6, 7}


def test_other_crops_come_from_within_the_margin() -> None:
    assert slices_drawn(positive=0.0, margin_mm=8.0) == {3, 4, 5, 6, 7, 8, 9}


def test_without_a_margin_other_crops_come_from_the_whole_scan() -> None:
    assert slices_drawn(positive=0.0, margin_mm=None) == set(range(12))


def test_a_positive_crop_of_several_slices_shows_pancreas_in_one_of_them() -> None:
    assert slices_drawn(positive=1.0, margin_mm=None, length=4) == {2, 3, 4, 5, 6, 7}


def test_a_crop_of_several_slices_stays_within_the_scan() -> None:
    assert slices_drawn(positive=0.0, margin_mm=None, length=11) == {0, 1}


def test_a_scan_with_tissues_is_shown_in_new_grey_values_each_time() -> None:
    stack = numbered_stack()
    drawn = dataclasses.replace(stack, tissues=stack.mask + np.uint8(1))
    still = dataclasses.replace(STILL, crop=(16, 16))
    (image, reference), (plain, same) = (
        toy_batches([s], sampling=still, batch=8).at(0) for s in (drawn, stack)
    )

    levels = [float(i[r > 0].mean()) for i, r in zip(image, reference, strict=True) if r.any()]
    assert max(levels) - min(levels) > 0.2
    assert reference.unique().tolist() == same.unique().tolist() == [0.0, 1.0]
    assert not torch.equal(image, plain)


def test_a_tissue_is_drawn_where_it_lies_in_the_very_slices_of_the_crop() -> None:
    mask = np.zeros((9, 32, 40), np.uint8)
    mask[6, 12:16, 14:26] = 1
    stack = Stack("a", np.full_like(mask, 120), mask, tissues=mask + np.uint8(1))
    still = dataclasses.replace(STILL, crop=(16, 24), positive=1.0)

    images, references = toy_batches([stack], sampling=still, batch=16).at(0)

    told_apart = 0
    for image, reference in zip(images[:, 0], references[:, 0] > 0, strict=True):
        inside, outside = float(image[reference].mean()), float(image[~reference].mean())
        # Where chance made both alike, nothing can be seen.
        if abs(inside - outside) > 0.6:
            nearer = (image - inside).abs() < (image - outside).abs()
            assert float((nearer == reference).float().mean()) > 0.9
            told_apart += 1
    assert told_apart > 3


def test_about_the_asked_share_of_crops_is_positive() -> None:
    stack = numbered_stack(depth=12, first=11, last=11)
    sampling = dataclasses.replace(STILL, positive=0.5)

    _, reference = toy_batches([stack], sampling=sampling, batch=400).at(0)

    # Half of the crops, and of the others those that fall onto slice 11 of 10 and 11.
    share = float(reference.flatten(1).any(dim=1).float().mean())
    assert share == pytest.approx(0.75, abs=0.08)


def test_the_body_can_be_the_centre_instead() -> None:
    image = np.zeros((5, 30, 40), np.uint8)
    image[:, 4:15, 10:31] = 120
    mask = np.zeros_like(image)
    mask[2, 5, 12] = 1

    span = find_span(Stack("a", image, mask), "body")

    assert (span.first, span.last, span.centre) == (2, 2, (9.0, 20.0))


def test_jitter_moves_the_crop_by_millimetres() -> None:
    columns = np.tile(np.arange(60, dtype=np.uint8) * 4, (3, 60, 1))
    mask = np.zeros_like(columns)
    mask[:, 30, 30] = 1
    sampling = dataclasses.replace(STILL, crop=(1, 1), jitter_mm=15.0)

    image, _ = toy_batches([Stack("a", columns, mask)], sampling=sampling, batch=300).at(0)

    moved_mm = (image[:, 0, 0, 0] * 255 / 4 - 30) * 3.0
    assert -15.0 <= float(moved_mm.min()) < -13.0
    assert 13.0 < float(moved_mm.max()) <= 15.0


def loose_stack() -> Stack:
    image = np.full((1, 20, 20), 255, np.uint8)
    mask = np.zeros_like(image)
    mask[0, 8:12, 6:10] = 1
    return Stack("loose", image, mask, loose=True)


def test_loose_slices_have_their_share_of_single_slice_crops() -> None:
    sampling = dataclasses.replace(STILL, loose=0.3)

    image, _ = toy_batches([numbered_stack(), loose_stack()], sampling=sampling, batch=300).at(0)

    of_loose = (image[:, 0, 2, 2] == 1).float().mean()
    assert float(of_loose) == pytest.approx(0.3, abs=0.07)


def test_without_scans_every_single_slice_crop_is_of_a_loose_slice() -> None:
    image, _ = toy_batches([loose_stack()], sampling=STILL, batch=8).at(0)

    assert (image[:, 0, 2, 2] == 1).all()


def test_loose_slices_never_serve_crops_of_several_slices() -> None:
    sampling = dataclasses.replace(STILL, loose=1.0)

    batches = toy_batches([numbered_stack(), loose_stack()], sampling=sampling, length=2)

    assert batches.loose == []
    assert (batches.at(0)[0] < 1).all()


def test_scans_that_are_too_short_are_told() -> None:
    with refused("No scan of the training data has 9 slices or more; add scans."):
        toy_batches([toy_stack("a")], length=9)


def test_a_scan_with_an_empty_reference_is_told() -> None:
    empty = Stack("a", toy_stack("a").image, np.zeros((8, 24, 24), np.uint8))

    with refused("The reference mask of a is empty; leave the case out."):
        toy_batches([empty])


def test_a_scan_without_tissue_in_the_window_is_told() -> None:
    dark = Stack("a", np.zeros((8, 24, 24), np.uint8), toy_stack("a").mask)

    with refused("a shows no tissue inside the window; leave the case out."):
        toy_batches([dark], sampling=dataclasses.replace(SAMPLING, centre="body"))
