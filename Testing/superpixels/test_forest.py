"""A forest as plain arrays."""

from __future__ import annotations

import torch

from PancreasSegLib.superpixels.forest import ROWS_AT_ONCE, Forest


def two_trees() -> Forest:
    """One tree splits feature 1 at 10, the other is a leaf of 0.5."""
    forest = Forest(trees=2, nodes=4, depth=1)
    forest.root[:] = torch.tensor([0, 3])
    forest.feature[0], forest.threshold[0] = 1, 10
    forest.below[0] = torch.tensor([1, 2])
    forest.share[:] = torch.tensor([0.0, 0.25, 0.75, 0.5])
    return forest


def test_the_answer_is_the_mean_of_the_leaves_that_a_row_reaches() -> None:
    rows = torch.tensor([[0, 9], [0, 10], [99, 11]], dtype=torch.int16)

    assert two_trees()(rows).tolist() == [0.375, 0.375, 0.625]


def test_more_rows_than_are_taken_at_once_all_have_an_answer() -> None:
    rows = torch.zeros(2 * ROWS_AT_ONCE + 5, 2, dtype=torch.int16)
    rows[-1, 1] = 11

    answer = two_trees()(rows)

    assert len(answer) == len(rows)
    assert answer[0] == 0.375 and answer[-1] == 0.625


def test_no_rows_have_no_answer() -> None:
    assert two_trees()(torch.zeros(0, 2, dtype=torch.int16)).shape == (0,)


def test_a_fresh_forest_says_no() -> None:
    assert Forest(3, 5, 4)(torch.ones(2, 1, dtype=torch.int16)).tolist() == [0.0, 0.0]
