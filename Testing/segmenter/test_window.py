import numpy as np

from PancreasSegLib.models import Window
from PancreasSegLib.segmenter.window import (
    TYPICAL_TISSUE_HU,
    grey_levels,
    tissue_level,
    windowed,
    windowed_on_grid,
)
from PancreasSegLib.volume import Grid, Volume
from PancreasSegLib.volume.box import Box


def test_a_window_in_hu_is_taken_as_it_stands() -> None:
    assert grey_levels(np.array([0.0, 1000.0]), Window("hu", -100.0, 240.0)) == (-100.0, 240.0)


def test_the_window_becomes_zero_to_one_and_the_rest_is_clipped() -> None:
    scan = Volume(np.array([[[-1000, -100, 70, 240, 1500]]], dtype=np.int16), np.eye(4))
    answer = windowed(scan, (-100.0, 240.0))
    assert answer.array.dtype == np.float32
    assert answer.array.ravel().tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_percentiles_are_those_of_the_body_not_of_the_air_around_it() -> None:
    body = np.linspace(100.0, 200.0, 101)
    little_air = np.concatenate([np.zeros(50), body])
    much_air = np.concatenate([np.zeros(500), body])
    window = Window("percentile", 10.0, 90.0)
    assert grey_levels(little_air, window) == (110.0, 190.0)
    assert grey_levels(much_air, window) == (110.0, 190.0)


def test_a_window_never_has_no_width() -> None:
    low, high = grey_levels(np.array([0.0, 7.0, 7.0, 7.0]), Window("percentile", 1.0, 99.0))
    assert low == 7.0 and high > low


def test_the_window_is_applied_before_resampling() -> None:
    # Half way between air at -1000 HU and tissue at 240 HU lies half of the window.
    scan = Volume(np.array([[[-1000, 240], [-1000, 240]]] * 2, dtype=np.int16), np.eye(4))
    frame = np.eye(4)
    frame[0, 3] = 0.5
    answer = windowed_on_grid(scan, Window("hu", -100.0, 240.0), Grid((2, 2, 1), frame))
    assert np.allclose(answer.array, 0.5)


TISSUE = Window("tissue", -100.0, 240.0)


def row(*values: float) -> Volume:
    return Volume(np.array([[values]], dtype=np.float32), np.eye(4))


def test_a_scan_of_typical_enhancement_is_windowed_as_in_hu() -> None:
    scan = row(-1000.0, -100.0, 54.0, 108.0, 108.0, 108.0, 1500.0)
    in_hu = windowed_on_grid(scan, Window("hu", -100.0, 240.0), scan.grid)

    answer = windowed_on_grid(scan, TISSUE, scan.grid)

    assert answer.array.dtype == np.float32
    assert np.allclose(answer.array, in_hu.array, atol=1e-6)
    assert answer.grid.is_same_as(scan.grid)


def test_fat_and_enhanced_tissue_look_alike_in_every_scan() -> None:
    # Each value lies half as far again from fat, at -100 HU.
    little = windowed_on_grid(row(-100.0, 20.0, 40.0, 60.0), TISSUE, row(*[0.0] * 4).grid)
    much = windowed_on_grid(row(-100.0, 80.0, 110.0, 140.0), TISSUE, row(*[0.0] * 4).grid)

    assert np.allclose(little.array, much.array, atol=1e-6)


def test_only_the_tissue_of_the_region_tells_the_enhancement() -> None:
    here = row(40.0, 60.0, 80.0)
    beside = row(40.0, 60.0, 80.0, 180.0, 200.0)

    answer = windowed_on_grid(beside, TISSUE, beside.grid, Box((0, 0, 0), (1, 1, 3)))

    alone = windowed_on_grid(here, TISSUE, here.grid)
    assert np.allclose(answer.array[..., :3], alone.array, atol=1e-6)


def test_air_fat_and_bone_tell_nothing_about_enhancement() -> None:
    assert tissue_level(np.array([-1000.0, -90.0, 0.0, 100.0, 100.0, 271.0, 1500.0])) == 100.0


def test_without_any_tissue_the_typical_enhancement_is_assumed() -> None:
    assert tissue_level(np.array([-1000.0, 1500.0])) == TYPICAL_TISSUE_HU


def test_a_scan_that_was_clipped_at_275_hu_gives_the_same_answer() -> None:
    whole, clipped = row(-1000.0, 90.0, 110.0, 1500.0), row(-125.0, 90.0, 110.0, 275.0)
    half_a_voxel_on = np.eye(4)
    half_a_voxel_on[0, 3] = 0.5
    grid = Grid((1, 1, 3), half_a_voxel_on)

    answers = [windowed_on_grid(scan, TISSUE, grid).array for scan in (whole, clipped)]

    assert np.array_equal(*answers)
