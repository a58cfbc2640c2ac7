"""Training regions: where they lie, and what their superpixels are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from PancreasSegLib.models import RegionStage
from PancreasSegLib.training.superpixels.regions import training_region
from Testing.training.conftest import refused
from Testing.training.superpixels.examples import STAGE, bright_region, bright_stack, network

SPACING_MM = (1.0, 1.0, 3.0)


def test_the_region_is_the_references_box_with_its_margin_cut_at_the_scan() -> None:
    stack = bright_stack("a", 1)
    rows, columns = (np.flatnonzero(stack.mask.any(axis=axes)) for axes in ((0, 2), (0, 1)))

    region = bright_region("a", 1)

    assert region.slices.shape[0] == 6  # 4 slices and 10 mm on either side, more than there are
    assert region.slices.shape[1] == min(48, rows[-1] + 22) - max(0, rows[0] - 20)
    assert region.slices.shape[2] == min(60, columns[-1] + 22) - max(0, columns[0] - 20)
    assert region.slices.shape == region.mask.shape == region.labels.shape
    assert float(region.mask.sum()) == stack.mask.sum()


def test_superpixels_that_are_mostly_pancreas_are_positive() -> None:
    region = bright_region("a", 1)

    painted = region.positive[region.labels]
    inside = float(painted[region.mask > 0].float().mean())
    outside = float(painted[region.mask == 0].float().mean())
    assert inside > 0.8 and outside < 0.05


def test_a_region_is_moved_by_its_jitter() -> None:
    stage = RegionStage("coarse", (2.0, 2.0, 0.0))
    stack = bright_stack("a", 1)

    still, moved = (
        training_region(stack, network(), stage, SPACING_MM, mm, np.random.default_rng(5))
        for mm in (0.0, 8.0)
    )

    assert not torch.equal(still.slices, moved.slices[:, : still.slices.shape[1]])


def test_a_loose_slice_is_moved_within_its_plane_alone() -> None:
    stage = RegionStage("coarse", (20.0, 20.0, 5.0))
    stack = bright_stack("s", 3, loose=True)

    slices = {
        training_region(
            stack, network(), stage, SPACING_MM, 14.0, np.random.default_rng(seed)
        ).slices.shape[0]
        for seed in range(12)
    }

    assert slices == {1}


def test_an_empty_reference_is_refused_by_the_scans_name() -> None:
    stack = replace(bright_stack("ct_7", 1), mask=np.zeros((6, 48, 60), np.uint8))

    with refused("The reference mask of ct_7 is empty"):
        training_region(stack, network(), STAGE, SPACING_MM, 0.0, np.random.default_rng(1))


@pytest.mark.parametrize("loose", [False, True])
def test_a_region_says_whether_it_is_a_loose_slice(loose: bool) -> None:
    assert bright_region("a", 1, loose).loose is loose
