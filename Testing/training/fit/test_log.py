"""The training log."""

from __future__ import annotations

from pathlib import Path

import SimpleITK as sitk

from PancreasSegLib.training.fit.log import Log


def test_events_are_read_back_in_their_order(tmp_path: Path) -> None:
    log = Log(tmp_path)
    assert log.events() == []

    log.add(stage="cnn", step=20, loss=0.5)
    log.add(stage="cnn", step=20, dice=0.4, cases={"a": 0.4})

    assert log.events() == [
        {"stage": "cnn", "step": 20, "loss": 0.5},
        {"stage": "cnn", "step": 20, "dice": 0.4, "cases": {"a": 0.4}},
    ]


def test_a_line_cut_short_by_a_kill_is_held_out(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.add(step=1)
    for cut in ('{"step": 2, "cases": {"a": 0.4}', '{"step": 2, "lo', '{"step": 2,'):
        (tmp_path / "log.jsonl").write_text(f'{{"step": 1}}\n{cut}', encoding="utf-8")

        assert log.events() == [{"step": 1}]


def test_a_resumed_stage_forgets_what_it_will_do_again(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for stage in ("cnn", "rnn"):
        for step in (20, 40, 60):
            log.add(stage=stage, step=step)

    log.forget_after("rnn", 40)

    kept = [(event["stage"], event["step"]) for event in log.events()]
    assert kept == [("cnn", 20), ("cnn", 40), ("cnn", 60), ("rnn", 20), ("rnn", 40)]


def test_progress_is_drawn_as_a_png(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.draw()
    assert list(tmp_path.iterdir()) == []

    log.add(stage="cnn", step=20, loss=0.5)
    log.add(stage="cnn", step=20, dice=0.4, cases={"a": 0.4})
    log.draw()

    assert (tmp_path / "progress.png").read_bytes().startswith(b"\x89PNG")
    assert {path.name for path in tmp_path.iterdir()} == {"log.jsonl", "progress.png"}


def test_without_validation_there_is_no_empty_plot_of_it(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.add(stage="cnn", step=20, loss=0.5)
    log.draw()
    alone = sitk.ReadImage(str(tmp_path / "progress.png")).GetHeight()

    log.add(stage="cnn", step=20, dice=0.4, cases={"a": 0.4})
    log.draw()

    assert sitk.ReadImage(str(tmp_path / "progress.png")).GetHeight() == 2 * alone
