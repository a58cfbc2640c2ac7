"""Statistics of superpixels, on one that can be counted by hand."""

from __future__ import annotations

import pytest
import torch

from PancreasSegLib.superpixels.statistics import (
    boxes_of,
    mean_of,
    sizes_of,
    slices_of,
    superpixel_features,
)

LABELS = torch.tensor([[[0, 0, 1], [0, 1, 1]], [[2, 2, 2], [3, 3, 3]]])
VALUES = torch.tensor([[[0.1, 0.2, 0.6], [0.3, 0.7, 0.8]], [[0.5, 0.5, 0.5], [0.0, 0.0, 0.3]]])


def test_each_superpixel_has_its_size_slice_and_mean() -> None:
    assert sizes_of(LABELS).tolist() == [3, 3, 3, 3]
    assert slices_of(LABELS).tolist() == [0, 0, 1, 1]
    assert mean_of(LABELS, VALUES).tolist() == pytest.approx([0.2, 0.7, 0.5, 0.1])


def test_a_bounding_box_ends_at_the_last_row_and_column() -> None:
    assert boxes_of(LABELS).tolist() == [[0, 0, 1, 1], [0, 1, 1, 2], [0, 0, 0, 2], [1, 0, 1, 2]]


def test_features_are_whole_numbers_response_first() -> None:
    features = superpixel_features(LABELS, torch.full(VALUES.shape, 0.5), VALUES)

    assert features.dtype == torch.int16
    mean, deviation, least, largest = features[1, :4].tolist()
    assert (mean, deviation, least, largest) == (700, 82, 600, 800)
    assert features[0, :4].tolist()[0] == 200


def test_the_order_of_the_additions_is_not_seen() -> None:
    random = torch.Generator().manual_seed(2)
    values = torch.rand(1, 300, 300, generator=random)
    labels = torch.randint(9, values.shape, generator=random)

    flipped = mean_of(labels.flip(2), values.flip(2))

    assert torch.equal(mean_of(labels, values), flipped)
