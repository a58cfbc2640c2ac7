"""Whether a training was too short, by its log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.experiments.run import loss_still_falls
from PancreasSegLib.training.fit.log import Log

FALLING = [1 - 0.04 * step for step in range(20)]
LEVEL = [0.5] * 20


def write_log(folder: Path, **stages: Sequence[float]) -> None:
    """The losses of each stage, whose name has a hyphen in the place of `_`."""
    for name, losses in stages.items():
        for step, loss in enumerate(losses, start=1):
            Log(folder).add(stage=name.replace("_", "-"), step=step, loss=loss)


def test_a_loss_that_falls_to_the_end_is_told(tmp_path: Path) -> None:
    write_log(tmp_path, cnn=LEVEL, rnn=FALLING)

    assert loss_still_falls(tmp_path)


def test_one_that_has_settled_is_not(tmp_path: Path) -> None:
    write_log(tmp_path, cnn=FALLING, rnn=LEVEL)

    assert not loss_still_falls(tmp_path)


def test_a_refit_which_stops_on_purpose_does_not_make_a_training_too_short(tmp_path: Path) -> None:
    write_log(tmp_path, cnn_select=LEVEL, cnn_refit=FALLING)

    assert not loss_still_falls(tmp_path)


def test_nor_does_a_level_refit_hide_a_selection_that_was_cut_short(tmp_path: Path) -> None:
    write_log(tmp_path, rnn_select=FALLING, rnn_refit=LEVEL)

    assert loss_still_falls(tmp_path)
