"""The training's benchmark stops in time, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from PancreasSegLib.models import Manifest
from Testing.benchmarks import training
from Testing.training.conftest import ALL_SCANS, config, pair, scans, write_config, write_pair

__all__ = ["config", "pair", "scans", "write_config", "write_pair"]


def test_when_time_is_up_the_training_stops_and_the_next_call_ends_it(
    scans: Path,
    write_config: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write_config(*ALL_SCANS)
    output = ["--output", str(tmp_path / "cv")]
    command = [str(path), *output, "--folds", "3", "--fold", "0", "--device", "cpu"]

    training.main([*command, "--seconds", "0"])
    stopped = capsys.readouterr().out
    training.main(command)
    done = capsys.readouterr().out

    assert "time was up in fold 0" in stopped
    assert "fold 0  tiny-rnn  mean DSC" in done
    assert f"fold 0, {path.stem}, cnn: 2 steps, too few to time" in done
    assert done.splitlines()[-1].startswith("peak memory: ")
    manifest = Manifest.from_file(tmp_path / "cv/fold-0/models/tiny-rnn.json")
    assert manifest.training["held_out_scans"] == ["a"]


def test_the_first_steps_are_not_timed() -> None:
    slow = [float(10 * step) for step in range(20)]
    quick = [191.0 + 0.5 * step for step in range(5)]

    assert training.steps_a_second([*slow, *quick]) == "2.00 a second"
