"""Streaks run from side to side, in the body alone."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.arms import STREAK_HU, arms_down
from kinds.examination import Examination


@pytest.fixture(scope="module")
def streaks(examination: Examination) -> np.ndarray:
    """What is added, (k, j, i)."""
    return arms_down(examination).scan.array - examination.scan.array


def test_streaks_are_as_strong_as_said_in_the_middle_of_the_body(streaks: np.ndarray) -> None:
    _, rows, columns = streaks.shape
    middle = streaks[:, rows // 2 - 5 : rows // 2 + 5, columns // 2 - 5 : columns // 2 + 5]

    assert middle.std() == pytest.approx(STREAK_HU, rel=0.25)


def test_streaks_run_from_side_to_side(streaks: np.ndarray) -> None:
    middle = streaks[:, 40:60, 30:-30]

    along, across = (np.diff(middle, axis=axis).std() for axis in (2, 1))

    assert along < 0.5 * across


def test_outside_of_the_body_nothing_is_added(
    streaks: np.ndarray, examination: Examination
) -> None:
    assert (streaks[examination.scan.array < -200] == 0).all()


def test_the_same_scan_has_the_same_streaks(streaks: np.ndarray, examination: Examination) -> None:
    again = arms_down(examination)

    assert (again.scan.array - examination.scan.array == streaks).all()
    assert again.grid.is_same_as(examination.grid)
