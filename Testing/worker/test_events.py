"""Events survive the way through a line of text; all else is none."""

from __future__ import annotations

import pytest

from PancreasSegLib.errors import (
    Cancelled,
    InputError,
    NotReplaced,
    OutOfMemory,
    OutputError,
    PancreasSegError,
    WeightsError,
)
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.worker.events import Done, Failed, event_in, event_line


@pytest.mark.parametrize(
    "event",
    [
        Progress("Segmenting slices", 0.1 + 0.2, 1 / 3),
        Progress("Checking the scan", 0.0, None),
        Done(),
    ],
)
def test_progress_and_done_come_back_exactly(event: Progress | Done) -> None:
    line = event_line(event)

    assert "\n" not in line and line.isascii()
    assert event_in(line) == event


@pytest.mark.parametrize(
    "kind",
    [
        InputError,
        WeightsError,
        OutputError,
        NotReplaced,
        OutOfMemory,
        Cancelled,
        PancreasSegError,
    ],
)
def test_an_error_comes_back_as_its_own_kind_with_its_sentence(
    kind: type[PancreasSegError],
) -> None:
    failed = event_in(event_line(Failed(kind("Größe 0 in\n/tmp/ä.nii."))))

    assert isinstance(failed, Failed)
    assert type(failed.error) is kind
    assert failed.sentence == "Größe 0 in\n/tmp/ä.nii."
    assert failed.is_cancelled == (kind is Cancelled)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Loading...",
        "7",
        "null",
        "[1]",
        '"event"',
        "{}",
        '{"event": "dance"}',
        '{"event": "progress", "step": "x"}',
        '{"event": "progress", "step": "x", "fraction": "soon", "seconds_left": null}',
        '{"event": "error", "kind": ["x"], "message": ""}',
        '{"event": "error", "kind": "InputError"}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_no_event(line: str) -> None:
    assert event_in(line) is None
