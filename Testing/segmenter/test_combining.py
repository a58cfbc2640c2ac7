"""Several probabilities become one, in the order: average, smooth, weigh."""

import numpy as np
import pytest

from PancreasSegLib.models.combination import AVERAGES, Combination
from PancreasSegLib.segmenter.combining import PUT_TOGETHER, combined, on_grid
from PancreasSegLib.volume import Volume

IMAGE = Volume(np.full((3, 3, 3), 0.5, np.float32), np.diag([2.0, 2.0, 3.0, 1.0]))


def everywhere(*values: float) -> list[np.ndarray]:
    return [np.full((3, 3, 3), value, np.float32) for value in values]


def test_every_average_of_a_manifest_can_be_made() -> None:
    assert set(PUT_TOGETHER) == set(AVERAGES)


def test_one_probability_alone_stays_what_it_is() -> None:
    probability = combined(everywhere(0.3), IMAGE, Combination())

    assert probability.grid.is_same_as(IMAGE.grid)
    assert probability.array == pytest.approx(np.full((3, 3, 3), 0.3))


def test_the_median_leaves_out_what_one_of_three_sees_and_the_mean_does_not() -> None:
    parts = everywhere(0.9, 0.1, 0.2)

    mean, median = (combined(parts, IMAGE, Combination((), how)) for how in ("mean", "median"))

    assert mean.array[1, 1, 1] == pytest.approx(0.4)
    assert median.array[1, 1, 1] == pytest.approx(0.2)


def test_a_probability_on_a_coarser_grid_is_brought_to_the_finer_one() -> None:
    coarse_affine = np.diag([4.0, 2.0, 6.0, 1.0])
    ramp = np.broadcast_to(np.array([0.2, 0.6], np.float32), (2, 3, 2)).copy()

    fine = on_grid(Volume(ramp, coarse_affine), IMAGE.grid)

    assert fine.shape == (3, 3, 3)
    # Voxels of the fine grid lie 0, 2 and 4 mm along x, those of the coarse one at 0 and 4 mm.
    assert fine[1, 1] == pytest.approx([0.2, 0.4, 0.6])


def test_a_probability_on_the_same_grid_is_left_alone() -> None:
    probability = IMAGE.with_array(np.random.default_rng(2).random((3, 3, 3), np.float32))

    assert on_grid(probability, IMAGE.grid) is probability.array


def test_smoothing_is_in_millimetres() -> None:
    point = np.zeros((3, 3, 3), np.float32)
    point[1, 1, 1] = 1.0

    smooth = combined([point], IMAGE, Combination(smoothing_mm=2.0)).array

    # The next slice is 3 mm off, the next voxel in the slice 2 mm.
    assert 0 < smooth[0, 1, 1] < smooth[1, 0, 1] == smooth[1, 1, 0] < smooth[1, 1, 1]
