"""The page shows what the files beside it say, and every link on it leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tables

EXPERIMENTS = Path(tables.__file__).parents[1]
PAGES = sorted(EXPERIMENTS.rglob("*.md"))
PAGE = (EXPERIMENTS / "accuracy" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("title", tables.tables())
def test_the_page_has_the_table_that_the_files_make(title: str) -> None:
    assert f"<!-- table: {title} -->\n{tables.tables()[title]}\n<!-- end -->" in PAGE


@pytest.mark.parametrize("title", tables.third_round())
def test_the_third_rounds_page_has_its_tables(title: str) -> None:
    page = (tables.THIRD_ROUND / "README.md").read_text(encoding="utf-8")

    assert f"<!-- table: {title} -->\n{tables.third_round()[title]}\n<!-- end -->" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(EXPERIMENTS)))
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page} links to {target}"
        if heading:
            assert heading in anchors(file), f"{page} links to {target}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as its links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_script_and_configuration_that_is_named_is_there() -> None:
    notebook = (EXPERIMENTS / "accuracy" / "NOTEBOOK.md").read_text(encoding="utf-8")
    of_commits = {"slices-unet-ct.toml", "views-unet-ct.toml", "rnn-unet-ct.toml"}
    named = set(re.findall(r"`([\w-]+\.(?:py|toml|json))", PAGE + notebook)) - of_commits

    assert {name for name in named if not any(EXPERIMENTS.rglob(name))} <= {"kinds.json"}
