"""The ladder's measures: DSC inside the region, and superpixels painted back to pixels."""

from __future__ import annotations

import numpy as np
import torch
from ladder import dice, painted


def test_pancreas_beyond_the_region_counts_as_missed() -> None:
    found = np.array([True, True, False])
    truth = np.array([True, True, False])

    assert dice(found, truth, pancreas=2.0) == 1.0
    assert dice(found, truth, pancreas=6.0) == 0.5


def test_a_superpixel_has_its_probability_in_all_its_pixels_and_what_is_left_out_has_0() -> None:
    labels = torch.tensor([[[0, 0, 1], [2, 2, 1]]])

    probability = painted(labels, torch.tensor([0, 2]), torch.tensor([0.25, 0.75]))

    assert probability.tolist() == [[[0.25, 0.25, 0.0], [0.75, 0.75, 0.0]]]
