import numpy as np
import pytest

from PancreasSegLib.volume import Box, Grid


def test_a_sheared_grid_knows_its_spacing_direction_and_voxel_volume() -> None:
    affine = np.array([[2.0, 0, 0, 5], [0, 2, 3, 6], [0, 0, 4, 7], [0, 0, 0, 1]])
    grid = Grid((3, 4, 5), affine)

    assert grid.spacing.tolist() == [2.0, 2.0, 5.0]
    assert grid.origin.tolist() == [5.0, 6.0, 7.0]
    np.testing.assert_allclose(grid.direction, [[1, 0, 0], [0, 1, 0.6], [0, 0, 0.8]])
    assert grid.voxel_ml == pytest.approx(0.016)


def test_voxel_indices_are_ijk_and_world_is_there_and_back(any_affine: np.ndarray) -> None:
    grid = Grid((4, 5, 6), any_affine)
    index = np.array([[0, 0, 0], [1, 2, 3], [0.5, -1, 7]])

    np.testing.assert_allclose(grid.to_world(index)[1], (any_affine @ [1, 2, 3, 1])[:3])
    np.testing.assert_allclose(grid.to_index(grid.to_world(index)), index, atol=1e-9)


def test_a_crop_keeps_its_voxels_where_they_were(any_affine: np.ndarray) -> None:
    grid = Grid((4, 5, 6), any_affine)
    crop = grid.crop(Box((1, 2, 3), (3, 5, 6)))

    assert crop.shape == (2, 3, 3)
    np.testing.assert_allclose(crop.origin, grid.to_world(np.array([[3, 2, 1]]))[0])
    np.testing.assert_allclose(crop.affine[:3, :3], grid.affine[:3, :3])


def test_grids_are_the_same_within_a_micrometre_and_not_beyond(any_affine: np.ndarray) -> None:
    grid = Grid((4, 5, 6), any_affine)
    near, far = any_affine.copy(), any_affine.copy()
    near[0, 3] += 0.0005
    far[0, 3] += 0.002

    assert grid.is_same_as(Grid((4, 5, 6), near))
    assert not grid.is_same_as(Grid((4, 5, 6), far))
    assert not grid.is_same_as(Grid((4, 5, 7), any_affine))


def test_the_box_around_points_holds_the_voxels_they_lie_in(any_affine: np.ndarray) -> None:
    grid = Grid((8, 9, 10), any_affine)
    points = grid.to_world(np.array([[2.4, 3.6, 1.0], [5.6, 4.0, 99.0]]))

    assert grid.box_around(points) == Box((1, 4, 2), (8, 5, 7))


def test_points_outside_have_no_box(any_affine: np.ndarray) -> None:
    grid = Grid((8, 9, 10), any_affine)

    assert grid.box_around(grid.to_world(np.array([[11.0, 1, 1], [12, 2, 2]]))) is None


@pytest.mark.parametrize("affine", [np.zeros((4, 4)), np.full((4, 4), np.nan), np.eye(3)])
def test_an_affine_without_volume_is_refused(affine: np.ndarray) -> None:
    with pytest.raises(ValueError, match="affine"):
        Grid((2, 2, 2), affine)


def test_an_affine_cannot_be_changed_behind_the_grids_back() -> None:
    affine = np.eye(4)
    grid = Grid((2, 2, 2), affine)
    affine[0, 3] = 5.0

    assert grid.origin.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        grid.affine[0, 3] = 5.0
