"""The mask is cut at the threshold, on the model's grid and on the scan's own."""

import numpy as np

from PancreasSegLib.models import Combination
from PancreasSegLib.segmenter.cut import cut, mask_of
from PancreasSegLib.volume import Volume

ROW = np.array([[[0.2, 0.6, 0.6, 0.5, 0.1, 0.9]]], np.float32)


def test_a_voxel_must_be_above_the_threshold() -> None:
    assert mask_of(ROW, Combination()).tolist() == [[[False, True, True, False, False, True]]]
    assert mask_of(ROW, Combination(threshold=0.7)).sum() == 1


def test_a_component_below_the_share_of_the_largest_is_left_out() -> None:
    assert mask_of(ROW, Combination(least_component=0.6)).sum() == 2
    assert mask_of(ROW, Combination(least_component=0.5)).sum() == 3


def test_a_probability_on_the_scans_own_grid_is_cut_alike_on_both() -> None:
    array = np.zeros((4, 5, 6), np.float32)
    array[1:3, 1:4, 2:5] = 0.8
    probability = Volume(array, np.diag([2.0, 2.0, 3.0, 1.0]))

    found = cut(probability, probability.grid, Combination())

    assert found.model_probability is probability
    assert found.model_mask is not None
    assert found.model_mask.grid.is_same_as(probability.grid)
    assert found.mask.tolist() == (array[found.box.slices] > 0.5).tolist()
    assert found.mask.sum() == found.model_mask.array.sum() == 18


def test_without_a_probability_there_is_nothing_anywhere() -> None:
    grid = Volume(np.zeros((4, 5, 6)), np.eye(4)).grid

    found = cut(None, grid, Combination())

    assert found.mask.size == found.probability.size == 0
    assert found.model_probability is found.model_mask is None
