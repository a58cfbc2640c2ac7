import math

import numpy as np
import pytest

from PancreasSegLib.metrics.surface import (
    SurfaceDistances,
    average_surface_distance,
    hd95,
    surface_dice,
    surface_distances,
    surface_points,
    surface_voxels,
)

ANISOTROPIC = np.diag([0.5, 2.0, 5.0, 1.0])  # mm along i, j, k


def one_voxel(k: int, j: int, i: int) -> np.ndarray:
    mask = np.zeros((3, 4, 5), dtype=np.uint8)
    mask[k, j, i] = 1
    return mask


def test_the_surface_of_a_cube_is_all_of_it_but_the_core() -> None:
    cube = np.zeros((5, 5, 5), dtype=np.uint8)
    cube[1:4, 1:4, 1:4] = 1
    expected = cube.astype(bool)
    expected[2, 2, 2] = False
    assert np.array_equal(surface_voxels(cube), expected)


def test_voxels_at_the_edge_of_the_array_are_surface() -> None:
    full = np.ones((3, 3, 3), dtype=np.uint8)
    assert surface_voxels(full).sum() == 26
    assert not surface_voxels(full)[1, 1, 1]


def test_a_mask_on_both_opposite_edges_does_not_wrap_round() -> None:
    slab = np.zeros((3, 3, 3), dtype=np.uint8)
    slab[0] = slab[2] = 1
    assert np.array_equal(surface_voxels(slab), slab.astype(bool))


def test_surface_points_are_voxel_centres_in_world_millimetres() -> None:
    affine = ANISOTROPIC.copy()
    affine[:3, 3] = [10, 20, 30]
    assert surface_points(one_voxel(2, 3, 4), affine).tolist() == [[10 + 2, 20 + 6, 30 + 10]]


@pytest.mark.parametrize(
    ("other", "millimetres"),
    [((0, 0, 4), 2.0), ((0, 3, 0), 6.0), ((2, 0, 0), 10.0), ((2, 3, 0), math.hypot(10, 6))],
)
def test_a_distance_counts_the_spacing_of_its_own_axis(
    other: tuple[int, int, int], millimetres: float
) -> None:
    distances = surface_distances(one_voxel(0, 0, 0), one_voxel(*other), ANISOTROPIC)
    assert distances.mask_to_reference.tolist() == pytest.approx([millimetres])
    assert distances.reference_to_mask.tolist() == pytest.approx([millimetres])


def test_a_rotated_and_shifted_scan_has_the_same_distances() -> None:
    angle = math.radians(30)
    turn = np.eye(4)
    turn[:2, :2] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    turn[:3, 3] = [-300, 120, 1500]
    distances = surface_distances(one_voxel(0, 0, 0), one_voxel(2, 3, 0), turn @ ANISOTROPIC)
    assert hd95(distances) == pytest.approx(math.hypot(10, 6))


def test_a_sheared_affine_is_measured_in_the_world() -> None:
    # A tilted gantry: each step of 5 mm along k also moves 3 mm along y.
    sheared = ANISOTROPIC.copy()
    sheared[1, 2] = 3.0
    distances = surface_distances(one_voxel(0, 3, 0), one_voxel(2, 0, 0), sheared)
    # Along y the three rows of 2 mm and the two shears of 3 mm cancel; two slices of 5 mm remain.
    assert distances.mask_to_reference.tolist() == pytest.approx([10.0])
    straight_up = surface_distances(one_voxel(0, 0, 0), one_voxel(2, 0, 0), sheared)
    assert straight_up.mask_to_reference.tolist() == pytest.approx([2 * math.sqrt(34)])


def test_each_surface_voxel_goes_to_its_nearest_in_the_other_mask() -> None:
    mask, reference = np.zeros((2, 1, 1, 6), dtype=np.uint8)
    mask[0, 0, [0, 5]] = 1
    reference[0, 0, 1] = 1
    distances = surface_distances(mask, reference, np.diag([2.0, 1, 1, 1]))
    assert distances.mask_to_reference.tolist() == [2.0, 8.0]
    assert distances.reference_to_mask.tolist() == [2.0]
    assert average_surface_distance(distances) == pytest.approx((2 + 8 + 2) / 3)


def test_hd95_is_the_larger_of_the_two_directed_percentiles() -> None:
    short, long = np.arange(21.0), np.arange(41.0)  # 95th percentiles: 19 and 38
    assert hd95(SurfaceDistances(short, long)) == pytest.approx(38)
    assert hd95(SurfaceDistances(long, short)) == pytest.approx(38)


def test_a_mask_is_at_no_distance_from_itself_far_from_the_origin() -> None:
    mask = np.zeros((6, 7, 8), dtype=np.uint8)
    mask[1:5, 2:6, 1:7] = 1
    far = ANISOTROPIC.copy()
    far[:3, 3] = [-1e4, 2e4, 5e4]
    distances = surface_distances(mask, mask, far)
    assert distances.mask_to_reference.max() == 0
    assert hd95(distances) == 0
    assert average_surface_distance(distances) == 0


def all_pairs(mask: np.ndarray, reference: np.ndarray, affine: np.ndarray) -> np.ndarray:
    a, b = surface_points(mask, affine), surface_points(reference, affine)
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=2))


def test_the_nearest_is_that_of_all_pairs() -> None:
    random = np.random.default_rng(1)
    mask, reference = (random.random((2, 5, 6, 7)) < 0.3).astype(np.uint8)
    affine = np.eye(4)
    affine[:3] = random.normal(size=(3, 4))

    distances = surface_distances(mask, reference, affine)

    pairs = all_pairs(mask, reference, affine)
    np.testing.assert_allclose(distances.mask_to_reference, pairs.min(axis=1), atol=1e-12)
    np.testing.assert_allclose(distances.reference_to_mask, pairs.min(axis=0), atol=1e-12)


def test_the_nearest_is_that_of_all_pairs_far_away_too() -> None:
    mask, reference = np.zeros((2, 20, 40, 60), dtype=np.uint8)
    mask[1:5, 2:9, 1:7] = 1
    mask[18, 39, 59] = 1
    reference[11:14, 20:25, 40:46] = 1

    distances = surface_distances(mask, reference, ANISOTROPIC)

    pairs = all_pairs(mask, reference, ANISOTROPIC)
    np.testing.assert_allclose(distances.mask_to_reference, pairs.min(axis=1), atol=1e-12)
    np.testing.assert_allclose(distances.reference_to_mask, pairs.min(axis=0), atol=1e-12)


def test_the_nearest_is_that_of_all_pairs_on_every_side_and_far_inside() -> None:
    shell, core = np.zeros((2, 21, 21, 21), dtype=np.uint8)
    shell[[0, -1]] = shell[:, [0, -1]] = shell[:, :, [0, -1]] = 1
    core[9:12, 8:13, 9:12] = 1

    distances = surface_distances(shell, core, ANISOTROPIC)

    pairs = all_pairs(shell, core, ANISOTROPIC)
    np.testing.assert_allclose(distances.mask_to_reference, pairs.min(axis=1), atol=1e-12)
    np.testing.assert_allclose(distances.reference_to_mask, pairs.min(axis=0), atol=1e-12)


def test_surface_dice_is_the_share_of_both_surfaces_within_the_tolerance() -> None:
    distances = SurfaceDistances(np.array([0.0, 2.0, 2.1, 9.0]), np.array([1.0, 3.0]))
    assert surface_dice(distances) == pytest.approx(3 / 6)
    assert surface_dice(distances, tolerance_mm=3.0) == pytest.approx(5 / 6)


def test_a_distance_of_exactly_the_tolerance_counts_in_an_oblique_scan_too() -> None:
    angle = math.radians(33)
    turn = np.eye(4)
    turn[:2, :2] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    turn[:3, 3] = [-3000.1, 120.7, 1500.3]
    distances = surface_distances(one_voxel(0, 1, 0), one_voxel(0, 2, 0), turn @ ANISOTROPIC)
    assert surface_dice(distances) == 1


@pytest.mark.parametrize("empty", ["mask", "reference", "both"])
def test_an_empty_mask_has_no_surface_distance(empty: str) -> None:
    nothing, something = np.zeros((3, 4, 5), dtype=np.uint8), one_voxel(1, 1, 1)
    mask = something if empty == "reference" else nothing
    reference = something if empty == "mask" else nothing
    distances = surface_distances(mask, reference, ANISOTROPIC)
    assert math.isnan(hd95(distances))
    assert math.isnan(average_surface_distance(distances))
    assert surface_dice(distances) == (1 if empty == "both" else 0)


def test_masks_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3, 4, 5\).*\(3, 4, 4\)"):
        surface_distances(one_voxel(0, 0, 0), np.zeros((3, 4, 4)), ANISOTROPIC)
