"""Progress on the error stream: a line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

import pytest

from PancreasSegLib.command_line.progress_line import ProgressLine, duration_text, progress_text
from PancreasSegLib.segmenter.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.7, "1 h 00 min"),
        (4800, "1 h 20 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_step_percent_and_seconds_left_are_told() -> None:
    assert progress_text(Progress("Reading", 0.0, None)) == "  0 %  Reading"
    assert progress_text(Progress("Segmenting", 0.42, 8.3)) == " 42 %  Segmenting, 8 s left"
    assert progress_text(Progress("Writing", 1.0, 0.0)) == "100 %  Writing"


def test_outside_of_a_terminal_every_step_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ProgressLine() as line:
        line(Progress("Reading", 0.0, None))
        line(Progress("Segmenting", 0.25, 8.0))
        line(Progress("Segmenting", 0.75, 2.0))

    captured = capsys.readouterr()
    assert captured.err == "  0 %  Reading\n 25 %  Segmenting, 8 s left\n"
    assert captured.out == ""


def test_on_a_terminal_one_line_is_written_anew_and_wiped_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")

    with ProgressLine() as line:
        line(Progress("Segmenting", 0.25, 8.0))
        line(Progress("Returning", 0.75, None))

    first, second = " 25 %  Segmenting, 8 s left", " 75 %  Returning"
    blank = " " * len(second)
    rest = " " * (len(first) - len(second))
    assert terminal.getvalue() == f"\r{first}\r{second}{rest}\r{blank}\r"


def test_on_a_narrow_terminal_the_line_is_cut_so_that_it_stays_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "12")

    ProgressLine()(Progress("Segmenting", 0.25, 8.0))

    assert terminal.getvalue() == "\r 25 %  Segm"


def test_text_for_people_goes_to_standard_output_above_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    line = ProgressLine()
    line(Progress("Reading", 0.0, None))

    line.say("4 scans")

    assert capsys.readouterr().out == "4 scans\n"
    assert terminal.getvalue() == f"\r  0 %  Reading\r{' ' * 14}\r"
