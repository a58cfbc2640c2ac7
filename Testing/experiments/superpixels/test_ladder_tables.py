"""The page of the superpixels shows what the files beside it say."""

from __future__ import annotations

from typing import Any

import ladder_tables
import pytest
from ladder import THRESHOLDS

PAGE = (ladder_tables.HERE / "README.md").read_text(encoding="utf-8")
NAME = "P, N_s=1"


@pytest.mark.parametrize("title", ladder_tables.tables())
def test_the_page_has_the_table_that_the_files_make(title: str) -> None:
    table = ladder_tables.tables()[title]

    assert f"<!-- table: {title} -->\n{table}\n<!-- end -->" in PAGE


def case(best_at: int, dice: float) -> dict[str, Any]:
    """A scan whose DSC is `dice` at one threshold, and half of that at all others."""
    curve = [dice if n == best_at else dice / 2 for n in range(len(THRESHOLDS))]
    return {"curves": {NAME: curve}, "sensitivity": 1.0}


def test_a_fold_is_cut_where_the_other_folds_are_best() -> None:
    folds = [
        {"test": {"a": case(3, 0.8)}, "train": {}},
        {"test": {"b": case(7, 0.4)}, "train": {}},
        {"test": {"c": case(7, 0.5)}, "train": {}},
    ]

    # For b and c the fold of a decides, which is better at its best than the third one.
    assert ladder_tables.scores(folds, "test", NAME) == [0.4, 0.2, 0.25]


def test_a_spread_is_written_as_the_paper_writes_it() -> None:
    assert ladder_tables.spread([0.2, 0.4, 0.6]) == "0.40 ± 0.20 [0.20, 0.60]"
