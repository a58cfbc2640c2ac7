"""`pancreasseg cross-validate`: one line a model and fold, and a summary at the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from Testing.command_line.conftest import Run
from Testing.sentences import assert_tells


@pytest.fixture
def configuration(configuration: Path) -> Path:
    """The small training of the other tests, without scans set aside."""
    aside = 'held_out = ["c"]\nvalidation = ["b"]\n'
    text = configuration.read_text(encoding="utf-8")
    assert aside in text
    configuration.write_text(text.replace(aside, ""), encoding="utf-8")
    return configuration


def test_it_tells_every_fold_and_leaves_a_summary(
    pancreasseg: Run, configuration: Path, tmp_path: Path
) -> None:
    output = tmp_path / "cv"

    outcome = pancreasseg(
        "cross-validate", configuration, "--folds", "3", "--output", output, "--device", "cpu"
    )

    assert outcome.code == 0, outcome.err
    *folds, last = outcome.out.splitlines()
    assert [line.split("  ")[:2] for line in folds] == [
        [f"fold {fold}", "tiny-ct"] for fold in range(3)
    ]
    assert last == f"Summary      {output / 'cross_validation.json'}"
    summary = json.loads((output / "cross_validation.json").read_text(encoding="utf-8"))
    assert list(summary["models"]["tiny-ct"]["cases"]) == ["a", "b", "c"]


def test_a_single_fold_leaves_no_summary(
    pancreasseg: Run, configuration: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg(
        "cross-validate", configuration, "--folds", "3", "--fold", "1", "--output", tmp_path / "cv"
    )

    assert outcome.code == 0, outcome.err
    (line,) = outcome.out.splitlines()
    assert line.startswith("fold 1  tiny-ct  mean DSC ")
    assert [path.name for path in (tmp_path / "cv").iterdir()] == ["fold-1"]


def test_a_fold_that_is_not_there_is_refused(
    pancreasseg: Run, configuration: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg(
        "cross-validate", configuration, "--folds", "3", "--fold", "3", "--output", tmp_path / "cv"
    )

    assert (outcome.code, outcome.out) == (1, "")
    assert_tells(outcome.err, "no fold 3", "0 to 2")
