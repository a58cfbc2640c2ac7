"""Whether a scan is mirrored, told by the liver."""

from __future__ import annotations

import numpy as np
import pytest

from PancreasSegLib.models import Window
from PancreasSegLib.training.data.left_right import right_to_left
from PancreasSegLib.training.data.stack import Stack

WINDOW = Window("hu", -100.0, 240.0)
COARSE_MM = (3.0, 3.0, 4.0)


def abdomen(liver_hu: float = 100.0, spleen_columns: int = 14) -> np.ndarray:
    """HU, (30, 60, 90) voxels of 3 x 3 x 4 mm: a wall of muscle, liver in front, spleen at back."""
    hu = np.full((30, 60, 90), -90.0)
    hu[:, 5:55, 5:85] = 50.0
    hu[:, 7:53, 7:83] = -80.0
    hu[8:, 10:30, 10:45] = liver_hu
    hu[8:, 31:53, 82 - spleen_columns : 82] = 110.0
    return hu


def stack_of(hu: np.ndarray) -> Stack:
    """The pancreas lies in slices 2 to 7."""
    mask = np.zeros(hu.shape, np.uint8)
    mask[2:8, 25:30, 40:50] = 1
    return Stack("a", np.rint((hu + 100) / 340 * 255).astype(np.uint8), mask)


def ratio(hu: np.ndarray) -> float:
    return right_to_left(stack_of(hu), WINDOW, COARSE_MM)


@pytest.mark.parametrize("liver_hu", [40.0, 100.0, 130.0])
def test_the_liver_is_found_at_the_right_and_mirrored_at_the_left(liver_hu: float) -> None:
    upright = ratio(abdomen(liver_hu))

    assert upright > 2
    assert ratio(abdomen(liver_hu)[:, :, ::-1]) == pytest.approx(1 / upright, rel=0.05)


def test_a_spleen_larger_than_the_liver_does_not_count_because_it_lies_at_the_back() -> None:
    assert ratio(abdomen(spleen_columns=50)) > 2


def test_bright_bowel_is_not_smooth_enough_to_count() -> None:
    random = np.random.default_rng(1)
    hu = abdomen()
    hu[8:, 10:40, 48:82] = random.choice([0.0, 200.0], (22, 30, 34))

    assert ratio(hu) > 2


def test_only_what_lies_above_the_pancreas_counts() -> None:
    hu = abdomen()
    hu[:7, 10:30, 48:82] = 100.0

    assert ratio(hu) > 2


def test_a_pancreas_in_the_last_slice_of_a_fine_grid_leaves_one_slice_to_look_at() -> None:
    stack = stack_of(abdomen()[:8])

    assert right_to_left(stack, WINDOW, (3.0, 3.0, 1.5)) > 0


def test_another_window_and_a_finer_grid_tell_the_same() -> None:
    hu = abdomen()
    wide = np.rint((hu + 200) / 600 * 255).astype(np.uint8)
    fine = stack_of(hu.repeat(2, axis=1).repeat(2, axis=2))

    expected = ratio(hu)
    in_wide = Stack("a", wide, stack_of(hu).mask)
    assert right_to_left(in_wide, Window("hu", -200.0, 400.0), COARSE_MM) == pytest.approx(expected)
    assert right_to_left(fine, WINDOW, (1.5, 1.5, 4.0)) == pytest.approx(expected)


@pytest.mark.parametrize("value", [-100.0, 50.0])
def test_where_nothing_tells_left_from_right_the_ratio_is_1(value: float) -> None:
    assert ratio(np.full((30, 60, 90), value)) == 1
