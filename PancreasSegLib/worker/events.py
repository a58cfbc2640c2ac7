"""What a worker tells while it works: one JSON object per line of its standard output.

{"event": "progress", "step": "Segmenting slices", "fraction": 0.4, "seconds_left": 7.5}
{"event": "error", "kind": "InputError", "message": "All voxels of the scan have ..."}
{"event": "done"}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

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

_ERRORS = {
    error.__name__: error
    for error in (InputError, WeightsError, OutputError, NotReplaced, OutOfMemory, Cancelled)
}


@dataclass(frozen=True)
class Done:
    """The result is there, as a whole."""


@dataclass(frozen=True)
class Failed:
    """There is no result, and why."""

    error: PancreasSegError

    @property
    def sentence(self) -> str:
        """For the user."""
        return str(self.error)

    @property
    def is_cancelled(self) -> bool:
        """True where the user wanted it."""
        return isinstance(self.error, Cancelled)


Event = Progress | Done | Failed


def event_line(event: Event) -> str:
    """The event as a line, without its end."""
    return json.dumps(_content(event))


def event_in(line: str) -> Event | None:
    """The event that a line tells; None if it tells none."""
    try:
        content = json.loads(line)
        return _event(content)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _content(event: Event) -> dict[str, Any]:
    match event:
        case Progress(step, fraction, seconds_left):
            return {
                "event": "progress",
                "step": step,
                "fraction": fraction,
                "seconds_left": seconds_left,
            }
        case Failed(error):
            return {"event": "error", "kind": type(error).__name__, "message": str(error)}
        case Done():
            return {"event": "done"}


def _event(content: dict[str, Any]) -> Event | None:
    match content["event"]:
        case "progress":
            left = content["seconds_left"]
            left = None if left is None else float(left)
            return Progress(str(content["step"]), float(content["fraction"]), left)
        case "error":
            kind = _ERRORS.get(content["kind"], PancreasSegError)
            return Failed(kind(str(content["message"])))
        case "done":
            return Done()
    return None
