"""Tables are renewed in their places; the rest of the page stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.files.page_tables import renew_tables, with_tables


def test_each_table_takes_its_own_place_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n<!-- table: one -->\nold\n<!-- end -->\ntext\n<!-- table: two -->\n<!-- end -->\n",
        encoding="utf-8",
    )

    renew_tables(page, {"one": "| 1 |", "two": "| 2 |"})

    assert page.read_text(encoding="utf-8") == (
        "# Page\n<!-- table: one -->\n| 1 |\n<!-- end -->\ntext\n"
        "<!-- table: two -->\n| 2 |\n<!-- end -->\n"
    )


def test_a_page_without_a_place_for_a_table_is_told() -> None:
    with pytest.raises(ValueError, match="no place for the table 'one'"):
        with_tables("# Nothing here\n<!-- table: one -->\n", {"one": ""})
