"""How far a run is, and how long it has taken: a small file that `status` reads."""

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
    """Writes the step that a run is at, and the seconds spent on each of its trainings.

    They add up over the calls that it takes to finish a run; what was done again after a kill
    counts as well.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._seconds: dict[str, float] = read_progress(folder).get("seconds", {})
        self._began = self._written = time.monotonic()
        self._method = ""

    def begin(self, method: str) -> None:
        """From now on time is spent on `method`."""
        self._method, self._began = method, time.monotonic()
        self._write(Progress("begun", 0.0, None))

    def __call__(self, progress: Progress) -> None:
        """Hears of the method's progress."""
        if time.monotonic() - self._written >= SECONDS_BETWEEN_WRITES:
            self._write(progress)

    def end(self) -> float:
        """The method is done; the seconds that it took, over all calls."""
        self._write(Progress("done", 1.0, None))
        return self._seconds[self._method]

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
        }
        write_json(content, self._path)


def read_progress(folder: Path) -> dict[str, Any]:
    """What the file in `folder` says; nothing where there is none that can be read."""
    try:
        return dict(json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
