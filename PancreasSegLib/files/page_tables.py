"""Tables in their places on a page of Markdown, so that no number is copied by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def renew_tables(page: Path, tables: Mapping[str, str]) -> None:
    """Put each of `tables`, by its title, into its place on the page."""
    text = with_tables(page.read_text(encoding="utf-8"), tables)
    page.write_text(text, encoding="utf-8", newline="\n")


def with_tables(text: str, tables: Mapping[str, str]) -> str:
    """The text with each table between `<!-- table: TITLE -->` and `<!-- end -->`.

    Raises ValueError where it has no place for one.
    """
    for title, table in tables.items():
        before, begin, after = text.partition(f"<!-- table: {title} -->\n")
        _, end, rest = after.partition("<!-- end -->")
        if not end:
            raise ValueError(f"The page has no place for the table '{title}'.")
        text = f"{before}{begin}{table}\n{end}{rest}"
    return text
