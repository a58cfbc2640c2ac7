import numpy as np
import pytest

from PancreasSegLib.volume import Box, Grid, Volume, patient_grid, resample, resample_mask
from PancreasSegLib.volume.resampling import part_for


def affine_of(
    spacing: tuple[float, float, float], origin: tuple[float, float, float]
) -> np.ndarray:
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = origin
    return affine


def test_a_canonical_scan_keeps_its_own_voxel_centres() -> None:
    grid = Grid((131, 512, 512), affine_of((0.7011719, 0.7011719, 3.0), (-170.3, 12.7, -55.1)))

    assert patient_grid(grid, grid.spacing.tolist()).is_same_as(grid)


def test_the_patient_grid_starts_at_the_low_corner_and_covers_all_voxel_centres(
    sheared_affine: np.ndarray,
) -> None:
    grid = Grid((20, 30, 40), sheared_affine)
    target = patient_grid(grid, (1.5, 1.0, 3.0))

    np.testing.assert_array_equal(target.direction, np.eye(3))
    np.testing.assert_allclose(target.spacing, [1.5, 1.0, 3.0])
    np.testing.assert_allclose(target.origin, grid.corners().min(axis=0))
    beyond = target.corners().max(axis=0) - grid.corners().max(axis=0)
    assert (beyond >= 0).all()
    assert (beyond < [1.5, 1.0, 3.0]).all()


def test_resampling_to_its_own_grid_changes_no_value(sheared_scan: Volume) -> None:
    same = resample(sheared_scan, sheared_scan.grid, outside=-1000.0)

    assert same.array.dtype == np.float32
    np.testing.assert_allclose(same.array, sheared_scan.array, atol=1e-4)
    np.testing.assert_array_equal(same.affine, sheared_scan.affine)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.uint16, np.int64, np.float64])
def test_any_numeric_type_is_resampled_to_float32(dtype: type) -> None:
    array: np.ndarray = np.zeros((2, 2, 3), dtype)
    array[:, :, 1:] = 1
    half_a_step_on = Grid((2, 2, 2), affine_of((1, 1, 1), (0.5, 0, 0)))
    result = resample(Volume(array, np.eye(4)), half_a_step_on, outside=0.0)

    assert result.array.dtype == np.float32
    np.testing.assert_allclose(result.array[0, 0], [0.5, 1.0])


def test_a_linear_field_is_reproduced_in_a_sheared_source(sheared_affine: np.ndarray) -> None:
    source = Grid((20, 30, 40), sheared_affine)
    k, j, i = np.indices(source.shape).reshape(3, -1)
    world = source.to_world(np.stack([i, j, k], axis=1))
    field = (world @ [1.0, -2.0, 3.0]).reshape(source.shape)
    middle = source.to_world(np.array([[19.5, 14.5, 9.5]]))[0]
    target = Grid((3, 4, 5), affine_of((0.9, 0.8, 0.7), (middle[0], middle[1], middle[2])))
    result = resample(Volume(field, sheared_affine), target, outside=np.nan)

    k, j, i = np.indices(target.shape).reshape(3, -1)
    expected = target.to_world(np.stack([i, j, k], axis=1)) @ [1.0, -2.0, 3.0]
    np.testing.assert_allclose(result.array.ravel(), expected, atol=1e-3)


def test_voxels_outside_the_source_get_the_given_value() -> None:
    scan = Volume(np.ones((2, 2, 2), np.float32), np.eye(4))
    result = resample(scan, Grid((2, 2, 4), np.eye(4)), outside=-1000.0)

    np.testing.assert_array_equal(result.array[0, 0], [1, 1, -1000, -1000])


def test_a_coarser_target_averages_in_bins_instead_of_skipping_voxels() -> None:
    scan = Volume(np.tile(np.float32([0, 10, 2, 4]), (2, 2, 1)), np.eye(4))
    coarse = Grid((2, 2, 2), affine_of((2, 1, 1), (0.5, 0, 0)))

    np.testing.assert_allclose(resample(scan, coarse, 0.0).array[0, 0], [5.0, 3.0])


def test_an_incomplete_last_bin_is_not_lost() -> None:
    scan = Volume(np.tile(np.float32([0, 10, 6]), (2, 2, 1)), np.eye(4))
    coarse = Grid((2, 2, 2), affine_of((2, 1, 1), (0.5, 0, 0)))

    np.testing.assert_allclose(resample(scan, coarse, -1000.0).array[0, 0], [5.0, 6.0])


def test_averaging_works_along_sheared_axes(sheared_affine: np.ndarray) -> None:
    scan = Volume(np.arange(8 * 8 * 8, dtype=np.float32).reshape(8, 8, 8), sheared_affine)
    coarse_affine = sheared_affine @ affine_of((2, 2, 2), (0.5, 0.5, 0.5))
    result = resample(scan, Grid((4, 4, 4), coarse_affine), 0.0)

    bins = scan.array.reshape(4, 2, 4, 2, 4, 2).mean(axis=(1, 3, 5))
    np.testing.assert_allclose(result.array, bins, atol=1e-3)


def test_the_same_input_gives_the_same_bits(sheared_scan: Volume) -> None:
    target = patient_grid(sheared_scan.grid, (0.8, 0.9, 1.0))
    first, second = (resample(sheared_scan, target, 0.0).array for _ in range(2))

    assert first.tobytes() == second.tobytes()


def test_a_mask_on_another_grid_takes_the_nearest_voxel() -> None:
    mask = Volume(np.tile(np.uint8([0, 1, 1, 0]), (2, 2, 1)), np.eye(4))
    finer = Grid((2, 2, 8), affine_of((0.5, 1, 1), (-0.2, 0, 0)))
    result = resample_mask(mask, finer)

    assert result.array.dtype == np.uint8
    assert result.array[0, 0].tolist() == [0, 0, 1, 1, 1, 1, 0, 0]
    np.testing.assert_array_equal(result.affine, finer.affine)


@pytest.mark.parametrize("spacing", [(1.5, 1.0, 3.0), (6.0, 7.0, 8.0)])
def test_a_part_of_the_volume_gives_the_same_values_as_the_whole(
    spacing: tuple[float, float, float], any_affine: np.ndarray
) -> None:
    values = np.random.default_rng(0).random((41, 50, 61), np.float32)
    whole = Volume(values, any_affine)
    target = patient_grid(whole.grid, spacing)
    for start in range(0, target.shape[0], 5):
        stop = min(start + 5, target.shape[0])
        slab = target.crop(Box((start, 0, 0), (stop, *target.shape[1:])))

        part = part_for(whole, slab)

        np.testing.assert_allclose(
            resample(part, slab, outside=-1.0).array,
            resample(whole, slab, outside=-1.0).array,
            atol=1e-5,
        )


def test_a_part_is_a_view_around_what_is_asked_for() -> None:
    values = np.zeros((100, 50, 50), np.int16)
    whole = Volume(values, np.eye(4))

    part = part_for(whole, Grid((5, 50, 50), affine_of((1, 1, 1), (0, 0, 40))))
    beside = part_for(whole, Grid((5, 50, 50), affine_of((1, 1, 1), (0, 0, 400))))

    assert part.array.shape[0] < 12
    assert beside.array.size < 100
    assert np.shares_memory(part.array, values)
