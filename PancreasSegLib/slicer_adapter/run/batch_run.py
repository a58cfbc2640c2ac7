"""A batch over a folder of scans, in a child process; nothing of it comes into the scene."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.errors import OutputError, PancreasSegError
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.slicer_adapter.run.python_command import python_command
from PancreasSegLib.worker.child_process import ChildProcess
from PancreasSegLib.worker.events import Done, Failed
from PancreasSegLib.worker.silent_end import BATCH_ADVICE

MODULE = "PancreasSegLib.batch"


@dataclass(frozen=True)
class BatchCounts:
    """How the scans of a batch came out."""

    scans: int
    failed: int
    empty: int


@dataclass(frozen=True)
class BatchCallbacks:
    """Who is told, in the thread that polls; a cancelled batch has failed with `Cancelled`."""

    progress: Callable[[Progress], None]
    done: Callable[[BatchCounts], None]
    failed: Callable[[PancreasSegError], None]


class BatchRun:
    """Starts `pancreasseg batch` on the scans of a folder; `poll` it until it is not running.

    Raises PancreasSegError if it cannot be started.
    """

    def __init__(
        self, scans: str, output: str, model: str, device: str, callbacks: BatchCallbacks
    ) -> None:
        self._output, self._callbacks = Path(output), callbacks
        how = ["--output", output, "--model", model, "--device", device]
        arguments = [scans, *how, "--parent", str(os.getpid())]
        self._child = ChildProcess(
            python_command(), MODULE, arguments, os.environ, advice=BATCH_ADVICE
        )

    @property
    def is_running(self) -> bool:
        """True until `poll` has told the end."""
        return self._child.is_running

    @property
    def log(self) -> str:
        """What the child wrote, the last part of it if it is long."""
        return self._child.log

    @property
    def page(self) -> Path:
        """The page of the results, once it is done."""
        return self._output / "index.html"

    def poll(self) -> None:
        """Tell what is new; never waits."""
        for event in self._child.poll():
            match event:
                case Progress():
                    self._callbacks.progress(event)
                case Failed(error):
                    self._callbacks.failed(error)
                case Done():
                    self._tell_done()

    def cancel(self) -> None:
        """End it within two seconds; what is done stays, and the next batch goes on from there."""
        self._child.cancel()

    def close(self) -> None:
        """End it at once without a word."""
        self._child.close()

    def _tell_done(self) -> None:
        try:
            counts = read_counts(self._output / "results.json")
        except PancreasSegError as error:
            self._callbacks.failed(error)
        else:
            self._callbacks.done(counts)


def read_counts(results: Path) -> BatchCounts:
    """The counts of `results.json`; raises OutputError where it cannot be read."""
    try:
        reports = [record["report"] for record in json.loads(results.read_text(encoding="utf-8"))]
        failed = sum(report is None for report in reports)
        empty = sum(report is not None and not report["found"] for report in reports)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"The results {results} cannot be read ({error}); start the batch again."
        ) from None
    return BatchCounts(len(reports), failed, empty)
