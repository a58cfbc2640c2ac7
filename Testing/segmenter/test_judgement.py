import numpy as np
import pytest

from PancreasSegLib.segmenter.judgement import agreement_with, expected_dice
from PancreasSegLib.volume import Volume

COARSE = np.diag([4.0, 4.0, 4.0, 1.0])
FINE = np.diag([2.0, 2.0, 2.0, 1.0])


def coarse_probability() -> Volume:
    """Probability 1 in the planes of x = 8 and 12 mm, 0 elsewhere: above 0.5 from 8 to 12 mm."""
    array = np.zeros((4, 4, 6), dtype=np.float32)
    array[..., 2:4] = 1.0
    return Volume(array, COARSE)


def fine_mask(first: int, last: int) -> Volume:
    """True from x = 2 `first` to 2 `last` mm, on a finer grid."""
    array = np.zeros((5, 5, 10), dtype=bool)
    array[..., first : last + 1] = True
    return Volume(array, FINE)


@pytest.mark.parametrize(
    ("first", "last", "agreement"), [(4, 6, 1.0), (4, 4, 0.5), (5, 8, 4 / 7), (0, 3, 0.0)]
)
def test_agreement_is_the_dice_on_the_fine_grid(first: int, last: int, agreement: float) -> None:
    assert agreement_with(coarse_probability(), fine_mask(first, last)) == pytest.approx(agreement)


def test_only_the_part_that_the_fine_model_looked_at_counts() -> None:
    affine = FINE.copy()
    affine[0, 3] = 10.0  # x from 10 to 18 mm: the coarse model's 8 mm lies outside
    part = Volume(np.zeros((5, 5, 5), dtype=bool), affine)
    part.array[..., :2] = True
    assert agreement_with(coarse_probability(), part) == pytest.approx(1.0)


def test_without_a_coarse_model_there_is_no_agreement() -> None:
    assert agreement_with(None, fine_mask(4, 6)) is None


def test_an_empty_mask_agrees_with_nothing() -> None:
    empty = Volume(np.zeros((5, 5, 10), dtype=bool), FINE)
    assert agreement_with(coarse_probability(), empty) is None


def test_a_certain_mask_is_expected_to_be_right() -> None:
    assert expected_dice(np.array([0.0, 1.0, 1.0]), np.array([False, True, True])) == 1.0


def test_doubt_inside_the_mask_and_pancreas_missed_outside_both_lower_it() -> None:
    probability = np.array([0.8, 0.6, 0.4, 0.0])

    answer = expected_dice(probability, np.array([True, True, False, False]))

    assert answer == pytest.approx(2 * 1.4 / (2 + 1.8))


def test_the_expected_dice_is_that_of_many_drawn_references() -> None:
    random = np.random.default_rng(1)
    probability = random.random(5000) ** 3
    mask = probability > 0.4
    references = random.random((100, 5000)) < probability

    drawn = 2 * (references & mask).sum(axis=1) / (references.sum(axis=1) + mask.sum())

    assert expected_dice(probability, mask) == pytest.approx(drawn.mean(), abs=2e-3)


def test_an_empty_mask_has_no_expected_dice() -> None:
    assert expected_dice(np.array([0.2, 0.3]), np.array([False, False])) is None
