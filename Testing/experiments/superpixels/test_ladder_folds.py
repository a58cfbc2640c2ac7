"""The folds of the superpixels: each is measured once, and gathered when all are there."""

from __future__ import annotations

import json
from pathlib import Path

import ladder_folds
import pytest


def measured(folder: Path, fold: int) -> None:
    """A fold that was measured before."""
    path = folder / f"fold-{fold}" / "ladder.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"test": {f"scan {fold}": {}}}), encoding="utf-8")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the numbers are gathered."""
    folder = tmp_path / "page"
    folder.mkdir()
    monkeypatch.setattr(ladder_folds, "HERE", folder)
    return folder


def test_nothing_is_gathered_before_all_folds_are_measured(page: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for fold in range(3):
        measured(runs, fold)

    ladder_folds.measure_folds(runs, tmp_path)

    assert list(page.iterdir()) == []


def test_folds_that_were_measured_are_gathered_with_the_summary(page: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for fold in range(4):
        measured(runs, fold)
    (runs / "cross_validation.json").write_text('{"folds": 4}', encoding="utf-8")

    ladder_folds.measure_folds(runs, tmp_path)

    folds = json.loads((page / "ladder.json").read_text(encoding="utf-8"))["folds"]
    assert [list(fold["test"]) for fold in folds] == [[f"scan {n}"] for n in range(4)]
    assert (page / "cross_validation.json").read_text(encoding="utf-8") == '{"folds": 4}'
