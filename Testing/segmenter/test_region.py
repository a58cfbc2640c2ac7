import numpy as np
import pytest

from PancreasSegLib.segmenter.region import find_region, region_grid
from PancreasSegLib.volume import Grid, Volume
from PancreasSegLib.volume.patient_box import PatientBox

AFFINE = np.array([[4.0, 0, 0, 10], [0, 4, 0, 20], [0, 0, 5, 30], [0, 0, 0, 1]])


def probability(*blocks: tuple[slice, slice, slice]) -> Volume:
    array = np.zeros((20, 24, 30), dtype=np.float32)
    for block in blocks:
        array[block] = 1.0
    return Volume(array, AFFINE)


BLOCK = (slice(8, 12), slice(10, 16), slice(12, 20))


def test_the_box_holds_the_pancreas_and_its_margin() -> None:
    region = find_region(probability(BLOCK), 0.5, (8.0, 4.0, 5.0))
    assert region is not None
    # Outer faces of the block's voxels, in mm, 8, 4 and 5 mm further out.
    assert region.box.low == pytest.approx(
        (10 + 12 * 4 - 2 - 8, 20 + 40 - 2 - 4, 30 + 40 - 2.5 - 5)
    )
    assert region.box.high == pytest.approx(
        (10 + 19 * 4 + 2 + 8, 20 + 60 + 2 + 4, 30 + 55 + 2.5 + 5)
    )
    # Of 15.36 ml: smoothing wears off the edge.
    assert region.found_ml == pytest.approx(12.48, abs=0.01)


def test_the_region_tells_what_was_seen_without_the_margin() -> None:
    region = find_region(probability(BLOCK), 0.5, (8.0, 4.0, 5.0))
    without = find_region(probability(BLOCK), 0.5, (0, 0, 0))
    assert region is not None and without is not None
    assert region.seen == without.seen == without.box


def test_a_small_box_grows_about_its_centre_to_the_least_size() -> None:
    region = find_region(probability(BLOCK), 0.5, (0, 0, 0), least_mm=(40.0, 20.0, 30.0))
    assert region is not None
    # The block is 32 x 24 x 20 mm: it grows by 4 mm along x and 5 mm along z on both sides.
    assert region.box.low == pytest.approx((10 + 48 - 2 - 4, 20 + 40 - 2, 30 + 40 - 2.5 - 5))
    assert region.box.high == pytest.approx((10 + 76 + 2 + 4, 20 + 60 + 2, 30 + 55 + 2.5 + 5))


def test_the_box_ends_at_the_scan() -> None:
    region = find_region(probability((slice(0, 4), slice(0, 6), slice(0, 8))), 0.5, (50, 50, 50))
    assert region is not None
    assert region.box.low == (8.0, 18.0, 27.5)


def test_a_piece_of_less_than_a_tenth_of_the_heaviest_is_left_out() -> None:
    small = (slice(2, 4), slice(2, 5), slice(2, 5))  # 18 voxels beside 192
    region = find_region(probability(BLOCK, small), 0.5, (0, 0, 0))
    alone = find_region(probability(BLOCK), 0.5, (0, 0, 0))
    assert region is not None and alone is not None
    assert region.box == alone.box


def test_a_tail_that_is_apart_from_the_head_belongs_to_the_pancreas() -> None:
    tail = (slice(14, 17), slice(10, 13), slice(24, 28))
    region = find_region(probability(BLOCK, tail), 0.5, (0, 0, 0))
    assert region is not None
    assert region.box.high[0] == pytest.approx(10 + 27 * 4 + 2)
    assert region.box.high[2] == pytest.approx(30 + 16 * 5 + 2.5)


def test_a_piece_further_off_than_a_pancreas_is_long_does_not_belong_to_it() -> None:
    affine = AFFINE.copy()
    affine[0, 0] = 20.0  # the tail of the test above is now 4 * 20 mm and more away
    tail = (slice(14, 17), slice(10, 13), slice(25, 28))
    region = find_region(Volume(probability(BLOCK, tail).array, affine), 0.5, (0, 0, 0))
    assert region is not None
    assert region.box.high[0] == pytest.approx(10 + 19 * 20 + 10)


def test_less_than_five_millilitres_is_no_pancreas() -> None:
    four_ml = (slice(8, 12), slice(10, 13), slice(12, 16))  # 48 voxels of 0.08 ml
    assert find_region(probability(four_ml), 0.5, (0, 0, 0)) is None


def test_nothing_above_the_threshold_is_no_pancreas() -> None:
    everywhere = Volume(np.full((20, 24, 30), 0.4, dtype=np.float32), AFFINE)
    assert find_region(everywhere, 0.5, (0, 0, 0)) is None


def test_the_region_is_a_part_of_the_scans_model_grid() -> None:
    whole = Grid((20, 24, 30), AFFINE)
    part = region_grid(PatientBox((18.0, 24.0, 40.0), (30.0, 40.0, 50.0)), whole)
    assert part.shape == (3, 5, 4)
    assert part.origin.tolist() == [18.0, 24.0, 40.0]
    assert part.spacing.tolist() == [4.0, 4.0, 5.0]


def test_a_box_in_the_outermost_half_voxel_gets_that_voxel() -> None:
    whole = Grid((20, 24, 30), AFFINE)
    last = AFFINE[:3, 3] + np.array([29, 23, 19]) * (4, 4, 5)
    x, y, z = (float(number) for number in last)
    part = region_grid(PatientBox((x + 5, y + 5, z + 5), (x + 9, y + 9, z + 9)), whole)
    assert part.shape == (1, 1, 1)
    assert part.origin.tolist() == last.tolist()
