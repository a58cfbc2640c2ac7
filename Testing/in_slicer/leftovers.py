"""What a check leaves behind: processes and temporary files."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import slicer

from Testing.in_slicer.slicer_process import MARK, marked_processes

SECONDS = 3
"""So long an ended child may take."""


def workers() -> dict[int, str]:
    """Process number and command of the engine's children that run now (Linux)."""
    processes = marked_processes(os.environ[MARK])
    return {pid: command for pid, command in processes.items() if "PancreasSegLib" in command}


def temporary_files() -> set[str]:
    """Names in the folder for temporary files, but for Slicer's own."""
    names = {path.name for path in Path(tempfile.gettempdir()).iterdir()}
    return {name for name in names if not name.startswith("Slicer")}


class Leftovers:
    """Remembers what was there before the check."""

    def __init__(self) -> None:
        self._workers = set(workers())
        self._files = temporary_files()

    def found(self) -> list[str]:
        """A sentence for each thing that is new and stays."""
        stop = time.monotonic() + SECONDS
        while (sentences := self._new()) and time.monotonic() < stop:
            slicer.app.processEvents()
            time.sleep(0.05)
        return sentences

    def _new(self) -> list[str]:
        running = [command for pid, command in workers().items() if pid not in self._workers]
        files = temporary_files() - self._files
        return [f"Still running: {command}" for command in running] + [
            f"Left in the temporary folder: {name}" for name in sorted(files)
        ]
