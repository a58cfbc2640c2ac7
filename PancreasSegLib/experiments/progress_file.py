"""How far a run is, how long it has taken and on what: a small file that `status` reads."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.segmenter.progress import Progress

FILE = "progress.json"
SECONDS_BETWEEN_WRITES = 5.0


class ProgressFile:
    """Writes the step that a run is at, the seconds spent on each of its trainings, and on what.

    They add up over the calls that it takes to finish a run, which may be on several machines; what
    was done again after a kill counts as well.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        before = read_progress(folder)
        self._seconds: dict[str, float] = before.get("seconds", {})
        self._ran_on: dict[str, list[dict[str, Any]]] = before.get("ran_on", {})
        self._began = self._written = time.monotonic()
        self._method = ""

    def begin(self, method: str, ran_on: dict[str, Any]) -> None:
        """From now on time is spent on `method`, and on what `ran_on` says."""
        self._method, self._began = method, time.monotonic()
        machines = self._ran_on.setdefault(method, [])
        if ran_on not in machines:
            machines.append(ran_on)
        self._write(Progress("begun", 0.0, None))

    def __call__(self, progress: Progress) -> None:
        """Hears of the method's progress."""
        if time.monotonic() - self._written >= SECONDS_BETWEEN_WRITES:
            self._write(progress)

    def end(self) -> float:
        """The method is done; the seconds that it took, over all calls."""
        self._write(Progress("done", 1.0, None))
        return self._seconds[self._method]

    @property
    def ran_on(self) -> list[dict[str, Any]]:
        """What the method was computed on, over all calls, each once."""
        return self._ran_on[self._method]

    def _write(self, progress: Progress) -> None:
        now = time.monotonic()
        spent = self._seconds.get(self._method, 0.0) + now - self._began
        self._seconds[self._method] = round(spent, 3)
        self._began = self._written = now
        content = {
            "method": self._method,
            "step": progress.step,
            "fraction": round(progress.fraction, 4),
            "seconds": self._seconds,
            "ran_on": self._ran_on,
        }
        write_json(content, self._path)


def read_progress(folder: Path) -> dict[str, Any]:
    """What the file in `folder` says; nothing where there is none that can be read."""
    try:
        return dict(json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
