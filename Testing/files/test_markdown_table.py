"""A table in Markdown has its heads, a line below them, and one line a row."""

from __future__ import annotations

import pytest

from PancreasSegLib.files.markdown_table import markdown_table


def test_each_row_is_a_line_below_the_heads() -> None:
    assert markdown_table(["scan", "DSC"], [["ct_0006", "0.8"], ["ct_0009", "0.7"]]) == (
        "| scan | DSC |\n|---|---|\n| ct_0006 | 0.8 |\n| ct_0009 | 0.7 |"
    )


def test_an_empty_cell_is_one_space_wide() -> None:
    assert markdown_table(["", "DSC"], [["worst", ""]]) == "| | DSC |\n|---|---|\n| worst | |"


def test_a_row_that_does_not_fit_below_the_heads_is_told() -> None:
    with pytest.raises(ValueError, match="1 cells do not fit below 2 heads"):
        markdown_table(["scan", "DSC"], [["ct_0006"]])
