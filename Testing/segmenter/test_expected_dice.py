import numpy as np
import pytest

from PancreasSegLib.segmenter.expected_dice import expected_dice


def test_a_certain_mask_is_expected_to_be_right() -> None:
    assert expected_dice(np.array([0.0, 1.0, 1.0]), np.array([False, True, True])) == 1.0


def test_doubt_inside_the_mask_and_pancreas_missed_outside_both_lower_it() -> None:
    probability = np.array([0.8, 0.6, 0.4, 0.0])

    answer = expected_dice(probability, np.array([True, True, False, False]))

    assert answer == pytest.approx(2 * 1.4 / (2 + 1.8))


def test_it_is_the_dice_of_many_drawn_references() -> None:
    random = np.random.default_rng(1)
    probability = random.random(5000) ** 3
    mask = probability > 0.4
    references = random.random((100, 5000)) < probability

    drawn = 2 * (references & mask).sum(axis=1) / (references.sum(axis=1) + mask.sum())

    assert expected_dice(probability, mask) == pytest.approx(drawn.mean(), abs=2e-3)


def test_an_empty_mask_has_none() -> None:
    assert expected_dice(np.array([0.2, 0.3]), np.array([False, False])) is None
