"""A mask on a part of a grid's voxels is pasted there, exactly as if it were resampled."""

import numpy as np
import pytest

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import resample_mask
from PancreasSegLib.volume.volume import Volume
from Testing.slicer_adapter.scans import AFFINES

SHAPE = (5, 6, 7)
SHEARED = AFFINES["axial"].copy()
SHEARED[:3, 2] += [0, -0.8, 0]


def part_of(grid: Grid, start: tuple[int, int, int], array: np.ndarray) -> Volume:
    k, j, i = np.add(start, array.shape).tolist()
    return Volume(array, grid.crop(Box(start, (k, j, i))).affine)


@pytest.mark.parametrize("affine", [*AFFINES.values(), SHEARED])
def test_a_part_lands_on_its_own_voxels(affine: np.ndarray) -> None:
    from PancreasSegLib.slicer_adapter.nodes.lattice import pasted

    grid = Grid(SHAPE, affine)
    part = part_of(grid, (2, 1, 3), np.array([[[1, 0, 1], [0, 1, 1]]], np.uint8))

    whole = pasted(part, grid)

    assert whole is not None
    assert whole.grid.is_same_as(grid, tolerance_mm=1e-9)
    expected = np.zeros(SHAPE, np.uint8)
    expected[2, 1:3, 3:6] = [[1, 0, 1], [0, 1, 1]]
    np.testing.assert_array_equal(whole.array, expected)
    np.testing.assert_array_equal(whole.array, resample_mask(part, grid).array)


def test_empty_space_beyond_the_grid_is_no_matter_and_voxels_are() -> None:
    from PancreasSegLib.slicer_adapter.nodes.lattice import pasted

    grid = Grid(SHAPE, AFFINES["oblique"])
    beyond = part_of(grid, (-2, 0, 0), np.zeros((3, 2, 2), np.uint8))
    beyond.array[2, 1, 1] = 1

    whole = pasted(beyond, grid)
    assert whole is not None
    assert np.argwhere(whole.array).tolist() == [[0, 1, 1]]

    beyond.array[0, 0, 0] = 1
    assert pasted(beyond, grid) is None


@pytest.mark.parametrize("change", [np.diag([0.5, 1, 1, 1]), np.eye(4) + 0.5 * np.eye(4, k=3)])
def test_other_voxels_are_not_pasted(change: np.ndarray) -> None:
    from PancreasSegLib.slicer_adapter.nodes.lattice import pasted

    grid = Grid(SHAPE, AFFINES["axial"])
    array = np.ones((1, 2, 2), np.uint8)

    assert pasted(Volume(array, grid.affine @ change), grid) is None
    flipped = grid.affine @ np.diag([-1.0, 1, 1, 1])
    assert pasted(Volume(array, flipped), grid) is None


def test_the_box_around_masks_has_one_voxel_more_and_stays_in_the_grid() -> None:
    from PancreasSegLib.slicer_adapter.nodes.lattice import held_box

    one, other = (Volume(np.zeros(SHAPE, np.uint8), np.eye(4)) for _ in range(2))
    assert held_box(one, other) is None
    one.array[0, 3, 3] = 1
    assert held_box(one, other) == Box((0, 2, 2), (2, 5, 5))
    other.array[4, 5, 2] = 1
    assert held_box(one, other) == Box((0, 2, 1), (5, 6, 5))
