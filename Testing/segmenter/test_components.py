import numpy as np
import pytest

from PancreasSegLib.segmenter.components import large_components


@pytest.mark.parametrize(
    ("share", "left"),
    [(1.0, [1, 1, 1, 1, 0, 0, 0, 0, 0]), (0.5, [1, 1, 1, 1, 0, 1, 1, 0, 0])],
)
def test_components_of_at_least_the_share_of_the_largest_are_left(
    share: float, left: list[int]
) -> None:
    mask = np.array([[[1, 1, 1, 1, 0, 1, 1, 0, 1]]], dtype=bool)
    assert large_components(mask, share).tolist() == [[[bool(voxel) for voxel in left]]]


def test_with_a_share_of_0_everything_is_left() -> None:
    mask = np.array([[[1, 1, 1, 0, 1]]], dtype=bool)
    assert large_components(mask, 0.0).tolist() == mask.tolist()


def test_voxels_that_share_only_an_edge_do_not_hang_together() -> None:
    mask = np.array([[[1, 1, 0], [0, 0, 1]]], dtype=bool)
    assert large_components(mask, 1.0).tolist() == [[[True, True, False], [False, False, False]]]


def test_an_empty_mask_has_no_component() -> None:
    assert not large_components(np.zeros((2, 2, 2), dtype=bool), 0.5).any()
    assert large_components(np.zeros((0, 0, 0), dtype=bool), 0.5).shape == (0, 0, 0)
