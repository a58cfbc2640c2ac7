"""Features of patches: what they tell, and where."""

from __future__ import annotations

import pytest
import torch

from PancreasSegLib.superpixels.patch_features import (
    MIDDLE,
    levelled,
    patch_features,
    to_pixels,
)


@pytest.mark.parametrize(("shape", "rows", "columns"), [((2, 9, 13), 3, 4), ((1, 1, 5), 1, 2)])
def test_every_stride_th_pixel_has_features_from_the_first_on(
    shape: tuple[int, int, int], rows: int, columns: int
) -> None:
    features = patch_features(torch.rand(shape), stride=4)

    assert features.shape[:3] == (shape[0], rows, columns)
    assert features.dtype == torch.int16


def test_the_first_feature_is_the_mean_of_three_by_three_pixels() -> None:
    slices = torch.full((1, 21, 21), 0.5)
    slices[0, 4, 4] = 0.8  # the median stays 0.5

    features = patch_features(slices, stride=4)

    assert features[0, 1, 1, 0] == 533  # 0.5 + 0.3 / 9, in thousandths
    assert features[0, 2, 2, 0] == 500


def test_the_last_two_features_are_the_place_from_the_slices_middle() -> None:
    features = patch_features(torch.rand(1, 9, 17), stride=4)

    assert features[0, :, 0, -2].tolist() == [-4, 0, 4]
    assert features[0, 0, :, -1].tolist() == [-8, -4, 0, 4, 8]


def test_a_brighter_scan_has_the_same_features_but_for_its_level() -> None:
    random = torch.Generator().manual_seed(1)
    dark = torch.rand(1, 40, 40, generator=random) * 0.2 + 0.4

    different = patch_features(dark, stride=4) - patch_features(dark + 0.1, stride=4)

    changed = (different.abs() > 1).any(dim=0).any(dim=0).any(dim=0)
    assert changed.nonzero().flatten().tolist() == [len(changed) - 3]
    assert different[0, 0, 0, -3] == -100


def test_levelling_moves_the_median_of_soft_tissue_and_leaves_slices_without_any() -> None:
    slices = torch.tensor([[[0.0, 0.6, 0.6, 1.0]], [[0.0, 0.0, 1.0, 1.0]]])

    moved, level = levelled(slices)

    assert level.flatten().tolist() == pytest.approx([0.6, MIDDLE])
    assert moved[0, 0, 0].tolist() == pytest.approx([-0.1, 0.5, 0.5, 0.9])
    assert torch.equal(moved[1, 0], slices[1])


def test_a_map_of_patches_is_linear_between_them_and_goes_on_at_the_end() -> None:
    map_ = torch.tensor([[[0.0, 4.0, 8.0]]])

    assert to_pixels(map_, 4, (2, 10)).tolist() == [
        [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0]] * 2
    ]
