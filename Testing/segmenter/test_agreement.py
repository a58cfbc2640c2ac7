import numpy as np
import pytest

from PancreasSegLib.segmenter.agreement import agreement_with
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
    frame = FINE.copy()
    frame[0, 3] = 10.0  # x from 10 to 18 mm: the coarse model's 8 mm lies outside
    part = Volume(np.zeros((5, 5, 5), dtype=bool), frame)
    part.array[..., :2] = True
    assert agreement_with(coarse_probability(), part) == pytest.approx(1.0)


def test_without_a_coarse_model_there_is_no_agreement() -> None:
    assert agreement_with(None, fine_mask(4, 6)) is None


def test_an_empty_mask_agrees_with_nothing() -> None:
    empty = Volume(np.zeros((5, 5, 10), dtype=bool), FINE)
    assert agreement_with(coarse_probability(), empty) is None
