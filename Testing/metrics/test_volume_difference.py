import math

import numpy as np
import pytest

from PancreasSegLib.metrics.volume_difference import (
    volume_difference_ml,
    volume_difference_percent,
    volume_ml,
)

# A voxel of 10 x 5 x 20 mm holds 1 ml.
ONE_ML = np.diag([10.0, 5.0, 20.0, 1.0])
MASK = np.array([[[1, 1, 1, 0, 0, 0]]], dtype=np.uint8)
REFERENCE = np.array([[[0, 0, 1, 1, 1, 1]]], dtype=np.uint8)
EMPTY = np.zeros_like(MASK)


def test_volume_is_counted_in_millilitres() -> None:
    assert volume_ml(MASK, ONE_ML) == pytest.approx(3)


def test_volume_of_a_sheared_left_handed_grid_is_that_of_its_slanted_voxels() -> None:
    affine = ONE_ML.copy()
    affine[0, 0] = -10  # left-handed
    affine[1, 2] = 7  # a shear moves volume, it does not change it
    affine[:3, 3] = [100, 200, 300]
    assert volume_ml(MASK, affine) == pytest.approx(3)


def test_a_mask_that_is_too_small_has_a_negative_difference() -> None:
    assert volume_difference_ml(MASK, REFERENCE, ONE_ML) == pytest.approx(-1)
    assert volume_difference_percent(MASK, REFERENCE) == pytest.approx(-25)


def test_a_mask_that_is_too_large_has_a_positive_difference() -> None:
    assert volume_difference_ml(REFERENCE, MASK, ONE_ML) == pytest.approx(1)
    assert volume_difference_percent(REFERENCE, MASK) == pytest.approx(100 / 3)


def test_an_empty_mask_misses_all_of_the_reference() -> None:
    assert volume_difference_ml(EMPTY, REFERENCE, ONE_ML) == pytest.approx(-4)
    assert volume_difference_percent(EMPTY, REFERENCE) == -100


def test_an_empty_reference_gives_millilitres_but_no_per_cent() -> None:
    assert volume_difference_ml(MASK, EMPTY, ONE_ML) == pytest.approx(3)
    assert math.isnan(volume_difference_percent(MASK, EMPTY))
    assert volume_difference_ml(EMPTY, EMPTY, ONE_ML) == 0
    assert math.isnan(volume_difference_percent(EMPTY, EMPTY))
