import numpy as np

from PancreasSegLib.segmenter.components import heaviest_component, largest_component


def test_the_largest_component_has_the_most_voxels() -> None:
    mask = np.array([[[1, 1, 1, 0, 1, 1]]], dtype=bool)
    assert largest_component(mask).tolist() == [[[True, True, True, False, False, False]]]


def test_the_heaviest_component_has_the_largest_sum() -> None:
    mask = np.array([[[1, 1, 1, 0, 1, 1]]], dtype=bool)
    weight = np.array([[[0.1, 0.1, 0.1, 9.0, 0.8, 0.8]]])
    assert heaviest_component(mask, weight).tolist() == [[[False] * 4 + [True, True]]]


def test_voxels_that_share_only_an_edge_do_not_hang_together() -> None:
    mask = np.array([[[1, 1, 0], [0, 0, 1]]], dtype=bool)
    assert largest_component(mask).tolist() == [[[True, True, False], [False, False, False]]]


def test_an_empty_mask_has_no_component() -> None:
    assert not largest_component(np.zeros((2, 2, 2), dtype=bool)).any()
    assert largest_component(np.zeros((0, 0, 0), dtype=bool)).shape == (0, 0, 0)
