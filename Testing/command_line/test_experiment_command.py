"""`pancreasseg experiment`: what is missing or wrong is told before anything is trained.

Whole experiments are run in Testing/experiments/paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from Testing.command_line.conftest import Run
from Testing.sentences import assert_tells


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (("run", "table2"), ("table2", "known are", "table1_ct")),
        (("run", "table1_ct"), ("table1_ct", "--data")),
        (("run", "smoke", "--jobs", "0"), ("--jobs",)),
        (("status", "table1_ct"), ("experiment run", "--output")),
        (("report", "table1_ct"), ("experiment run", "--output")),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(
    pancreasseg: Run, tmp_path: Path, arguments: tuple[str, ...], facts: tuple[str, ...]
) -> None:
    outcome = pancreasseg("experiment", *arguments, "--output", tmp_path / "out")

    assert outcome.code == 1
    assert_tells(outcome.sentence, *facts)
    assert not (tmp_path / "out").exists()


def test_a_run_that_is_not_there_is_told_with_those_that_are(
    pancreasseg: Run, configuration: Path, tmp_path: Path
) -> None:
    definition = tmp_path / "small.toml"
    definition.write_text(
        'title = "Small"\nfolds = 3\nseeds = [1]\nspacing_mm = [2.0, 2.5, 3.0]\n'
        'window = { kind = "hu", low = -100, high = 240 }\n'
        'sampling = { crop = [16, 16], centre = "pancreas", jitter_mm = 5 }\n'
        "recipes.cnn = { steps = 1, batch = 1, learning_rate = 1e-3 }\n"
        'families = [{ name = "jac", title = "JAC", network = {}, recipe = "cnn" }]\n',
        encoding="utf-8",
    )
    arguments = (definition, "--data", configuration.parent / "scans", "--output", tmp_path / "out")

    given_twice = ("--only", "jac", "--only", "jac-jaccard-fold-0-seed-1")
    outcome = pancreasseg("experiment", "run", *arguments, *given_twice)

    assert outcome.code == 1
    assert_tells(outcome.sentence, "'jac'", "jac-jaccard-fold-2-seed-1")
    assert not (tmp_path / "out" / "runs").exists()
    status = pancreasseg("experiment", "status", definition, "--output", tmp_path / "out")
    assert "3 runs: 0 done, 0 failed, 0 begun, 3 waiting" in status.out
