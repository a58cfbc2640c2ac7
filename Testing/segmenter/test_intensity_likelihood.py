import numpy as np
import pytest

from PancreasSegLib.segmenter.intensity_likelihood import weighed_by_intensity
from PancreasSegLib.volume import Volume

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])
FAT, TISSUE = 0.2, 0.6


def weighed(prior: list[float], grey: list[float]) -> Volume:
    """One row of voxels, each a hundred times over."""
    arrays = (np.repeat(np.float32(row), 100)[None, None] for row in (prior, grey))
    probability, image = (Volume(array, AFFINE) for array in arrays)
    return weighed_by_intensity(probability, image)


def test_what_looks_like_the_pancreas_gains_and_what_looks_like_its_surroundings_loses() -> None:
    # The pancreas, then two doubtful places at its border, then what is around it.
    answer = weighed([0.9, 0.4, 0.4, 0.1], [TISSUE, TISSUE, FAT, FAT])

    _, tissue, fat, _ = answer.array[0, 0, ::100]
    assert tissue > 0.55
    assert fat < 0.25
    assert answer.array.dtype == np.float32
    assert answer.grid.is_same_as(Volume(answer.array, AFFINE).grid)


def test_the_answer_is_bayes_rule_with_the_odds_of_the_grey_value() -> None:
    # Of the pancreas 1.3 parts of 1.4 are tissue, of what else is near it 0.7 of 1.6.
    answer = weighed([0.9, 0.4, 0.0, 0.1, 0.0], [TISSUE, TISSUE, TISSUE, FAT, FAT])

    odds = (1.3 / 1.4) / (0.7 / 1.6)
    assert answer.array[0, 0, 100] == pytest.approx(0.4 * odds / (0.4 * odds + 0.6), abs=0.01)


def test_what_is_certain_stays_so() -> None:
    answer = weighed([1.0, 0.8, 0.3, 0.0], [FAT, TISSUE, FAT, TISSUE])

    assert answer.array[0, 0, 0] == 1
    assert answer.array[0, 0, -1] == 0


@pytest.mark.parametrize("grey", [FAT, TISSUE])
def test_without_contrast_nothing_changes(grey: float) -> None:
    prior = [0.9, 0.6, 0.3, 0.0]

    answer = weighed(prior, [grey] * 4)

    assert answer.array[0, 0, ::100] == pytest.approx(np.array(prior), abs=1e-4)


@pytest.mark.parametrize("prior", [0.0, 0.02, 1.0])
def test_where_all_is_equally_likely_nothing_changes(prior: float) -> None:
    answer = weighed([prior] * 2, [FAT, TISSUE])

    assert answer.array[0, 0, ::100] == pytest.approx(np.array([prior] * 2))
