"""The mask lies on the same anatomy, however the scan is stored."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from PancreasSegLib.volume import Grid, Volume, patient_grid, resample

ORIENTATIONS = [
    (order, flips)
    for order in itertools.permutations(range(3))
    for flips in itertools.product((1, -1), repeat=3)
]
RADIUS_MM = 12.0
FIELD_MM = 64.0


def soft_ball(grid: Grid, centre: np.ndarray) -> Volume:
    """1 inside a ball at `centre` (LPS mm), 0 outside, 0.5 on its surface."""
    k, j, i = np.indices(grid.shape).reshape(3, -1)
    world = grid.to_world(np.stack([i, j, k], axis=1))
    distance = np.linalg.norm(world - centre, axis=1)
    values = 1 / (1 + np.exp(distance - RADIUS_MM))
    return Volume(values.reshape(grid.shape).astype(np.float32), grid.affine)


def centred_grid(axes: np.ndarray, middle: np.ndarray) -> Grid:
    """A grid with the columns `axes` as voxel steps, FIELD_MM long each, around `middle`."""
    i, j, k = np.ceil(FIELD_MM / np.linalg.norm(axes, axis=0)).astype(int).tolist()
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = middle - axes @ (np.array([i, j, k]) - 1) / 2
    return Grid((k, j, i), affine)


def assert_a_mask_comes_back_to_its_place(
    grid: Grid, centre: np.ndarray, spacing_mm: tuple[float, float, float]
) -> None:
    scan = soft_ball(grid, centre)
    on_patient_grid = resample(scan, patient_grid(grid, spacing_mm), outside=0.0)
    back = resample(on_patient_grid, grid, outside=0.0)
    mask = back.array > 0.5  # once, on the scan's grid, as the product cuts

    assert back.grid.is_same_as(grid, 0.0)
    k, j, i = np.nonzero(mask)
    centroid = grid.to_world(np.stack([i, j, k], axis=1)).mean(axis=0)
    assert np.linalg.norm(centroid - centre) < 0.5
    ball_ml = 4 / 3 * np.pi * RADIUS_MM**3 / 1000
    assert mask.sum() * grid.voxel_ml == pytest.approx(ball_ml, rel=0.1)


def rotation(quaternion: tuple[float, float, float, float]) -> np.ndarray:
    a, b, c, d = np.array(quaternion) / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (c * c + d * d), 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), 1 - 2 * (b * b + d * d), 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), 1 - 2 * (b * b + c * c)],
        ]
    )


numbers = st.floats
affines = st.builds(
    lambda quaternion, spacing, shear, orientation: (
        (
            rotation(quaternion)
            @ np.array([[1, shear[0], shear[1]], [0, 1, shear[2]], [0, 0, 1]])
            @ np.diag(spacing)
        )[:, orientation[0]]
        * orientation[1]
    ),
    quaternion=st.tuples(*[numbers(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1),
    spacing=st.tuples(*[numbers(0.7, 3.0)] * 3),
    shear=st.tuples(*[numbers(-0.4, 0.4)] * 3),
    orientation=st.sampled_from(ORIENTATIONS),
)
offsets = st.tuples(*[numbers(-4, 4)] * 3).map(np.array)
places = st.tuples(*[numbers(-900, 900)] * 3).map(np.array)


@settings(max_examples=60, deadline=None)
@given(axes=affines, middle=places, offset=offsets)
def test_a_mask_lies_on_the_same_anatomy_in_any_oblique_or_sheared_affine(
    axes: np.ndarray, middle: np.ndarray, offset: np.ndarray
) -> None:
    grid = centred_grid(axes, middle)
    assert_a_mask_comes_back_to_its_place(grid, middle + offset, (1.5, 1.5, 2.5))


def test_a_sheared_scan_whose_slices_are_thicker_than_the_grids_gets_its_mask_in_place() -> None:
    axes = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.375], [0.0, 0.0, 1.0]]) @ np.diag([1, 1, 2.8125])
    grid = centred_grid(axes, np.zeros(3))
    assert_a_mask_comes_back_to_its_place(grid, np.array([0.0, 0.0, -4.0]), (1.5, 1.5, 2.5))


@pytest.mark.parametrize(("order", "flips"), ORIENTATIONS)
def test_a_mask_lies_on_the_same_anatomy_in_all_48_axis_orders(
    order: tuple[int, int, int], flips: tuple[int, int, int]
) -> None:
    axes = np.diag([0.8, 1.1, 2.5])[:, order] * flips
    grid = centred_grid(axes, np.array([-20.0, 150.0, -800.0]))
    assert_a_mask_comes_back_to_its_place(grid, np.array([-23.0, 154.0, -798.0]), (1.5, 1.5, 3.0))


@pytest.mark.parametrize("spacing_mm", [(1.5, 1.5, 3.0), (3.0, 3.0, 5.0), (0.8, 1.1, 2.5)])
@pytest.mark.parametrize("turned", [False, True])
def test_all_48_ways_to_store_a_scan_give_the_same_grid_and_the_same_array(
    spacing_mm: tuple[float, float, float], turned: bool
) -> None:
    axes = np.diag([0.8, 1.1, 2.5])
    if turned:
        axes = rotation((1.0, 0.1, -0.05, 0.2)) @ axes
        axes[:, 2] += 0.3 * axes[:, 1]
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = [-170.3, 12.7, -655.1]
    array = np.random.default_rng(0).normal(size=(9, 20, 31)).astype(np.float32)
    target = patient_grid(Grid((9, 20, 31), affine), spacing_mm)
    expected = resample(Volume(array, affine), target, outside=-9.0).array

    for order, flips in ORIENTATIONS:
        stored = array.T.transpose(order)[tuple(slice(None, None, flip) for flip in flips)].T
        stored_affine = np.eye(4)
        stored_affine[:3, :3] = axes[:, order] * flips
        last = np.array(array.T.shape) - 1
        first_voxel = [0] * 3
        for axis, flip in zip(order, flips, strict=True):
            first_voxel[axis] = last[axis] if flip < 0 else 0
        stored_affine[:3, 3] = axes @ first_voxel + affine[:3, 3]
        scan = Volume(np.ascontiguousarray(stored), stored_affine)

        assert patient_grid(scan.grid, spacing_mm).is_same_as(target)
        result = resample(scan, patient_grid(scan.grid, spacing_mm), outside=-9.0).array
        np.testing.assert_allclose(result, expected, atol=1e-5)
