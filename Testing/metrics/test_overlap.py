import math

import numpy as np
import pytest

from PancreasSegLib.metrics.overlap import dice, jaccard, precision, recall

# Two voxels in both, one only in the mask, three only in the reference.
MASK = np.array([[[1, 1, 1, 0, 0, 0, 0, 0]]], dtype=np.uint8)
REFERENCE = np.array([[[0, 1, 1, 1, 1, 1, 0, 0]]], dtype=np.uint8)
EMPTY = np.zeros((1, 1, 8), dtype=np.uint8)


def test_dice_is_twice_the_overlap_over_the_sum_of_both() -> None:
    assert dice(MASK, REFERENCE) == pytest.approx(2 * 2 / (3 + 5))


def test_jaccard_is_the_overlap_over_the_union() -> None:
    assert jaccard(MASK, REFERENCE) == pytest.approx(2 / 6)


def test_precision_is_the_overlap_over_the_mask() -> None:
    assert precision(MASK, REFERENCE) == pytest.approx(2 / 3)


def test_recall_is_the_overlap_over_the_reference() -> None:
    assert recall(MASK, REFERENCE) == pytest.approx(2 / 5)


def test_dice_and_jaccard_of_the_same_masks_agree_with_each_other() -> None:
    d, j = dice(MASK, REFERENCE), jaccard(MASK, REFERENCE)
    assert j == pytest.approx(d / (2 - d))


def test_any_value_but_zero_is_pancreas() -> None:
    assert dice(MASK * 255, REFERENCE.astype(np.float32) * 7) == dice(MASK, REFERENCE)
    assert precision(MASK.astype(bool), REFERENCE * 3) == precision(MASK, REFERENCE)


def test_a_mask_compared_with_itself_is_perfect() -> None:
    assert [f(MASK, MASK) for f in (dice, jaccard, precision, recall)] == [1, 1, 1, 1]


def test_two_empty_masks_agree_but_have_no_precision_or_recall() -> None:
    assert dice(EMPTY, EMPTY) == 1
    assert jaccard(EMPTY, EMPTY) == 1
    assert math.isnan(precision(EMPTY, EMPTY))
    assert math.isnan(recall(EMPTY, EMPTY))


def test_an_empty_mask_finds_nothing_of_the_reference() -> None:
    assert dice(EMPTY, REFERENCE) == 0
    assert jaccard(EMPTY, REFERENCE) == 0
    assert math.isnan(precision(EMPTY, REFERENCE))
    assert recall(EMPTY, REFERENCE) == 0


def test_a_mask_where_the_reference_is_empty_is_all_wrong() -> None:
    assert dice(MASK, EMPTY) == 0
    assert jaccard(MASK, EMPTY) == 0
    assert precision(MASK, EMPTY) == 0
    assert math.isnan(recall(MASK, EMPTY))


def test_masks_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1, 1, 8\).*\(1, 8, 1\)"):
        dice(MASK, REFERENCE.reshape(1, 8, 1))
