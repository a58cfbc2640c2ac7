"""Starts a worker, listens to it, ends it, and cleans up. Loads no torch."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PancreasSegLib.errors import OutputError, PancreasSegError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.worker.child_process import ChildProcess, cancellation
from PancreasSegLib.worker.events import Done, Event, Failed
from PancreasSegLib.worker.job import write_job
from PancreasSegLib.worker.result import WorkerResult, read_result

SECONDS_BETWEEN_POLLS = 0.05


class WorkerClient:
    """One segmentation in a child process.

    `start` it, then `poll` it now and then (as from a timer) until a Done or a Failed comes; or
    `run` it and wait. Its private folder is gone when that event is there, or after `close`, which
    also ends what still runs; leaving a `with` closes, and so does the end of this program.

    python: the command of a Python with torch, as [sys.executable] or ["PythonSlicer"].
    environment: of the child, in place of this process's own.
    """

    def __init__(
        self,
        python: Sequence[str] = (sys.executable,),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._python = list(python)
        self._environment = os.environ if environment is None else environment
        self._child: ChildProcess | None = None
        self._handed_over: tuple[Path, Grid] | None = None
        self._outcome: Done | Failed | None = None
        self._result: WorkerResult | None = None

    def start(self, job: Job) -> None:
        """Start the child.

        Raises OutputError (no room for the scan in the temporary folder), PancreasSegError (the
        Python cannot be started), RuntimeError (a client does one segmentation only).
        """
        if self._child is not None:
            raise RuntimeError("A WorkerClient does one segmentation; make another one.")
        folder = _private_folder()
        try:
            _hand_over(Path(folder.name), job)
            self._child = ChildProcess(
                self._python, "PancreasSegLib.worker", [folder.name], self._environment, folder
            )
        except BaseException:
            folder.cleanup()
            raise
        self._handed_over = Path(folder.name), job.scan.grid

    def poll(self) -> list[Event]:
        """What was told since the last time, oldest first; never waits.

        Progress comes exactly as the Segmenter gave it; Done or Failed comes once, as the last.
        """
        if self._child is None or self._outcome is not None:
            return []
        events = self._child.poll()
        if events and isinstance(events[-1], Done | Failed):
            try:
                self._outcome = self._read(events[-1])
            finally:
                self._child.close()
            events[-1] = self._outcome
        return events

    def run(
        self,
        job: Job,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> WorkerResult:
        """Start, wait and give the result; raises what `start` and `result` raise.

        progress and cancelled are called from this thread, as by `segmenter.segment`.
        """
        with self:
            self.start(job)
            while self.is_running:
                for event in self.poll():
                    if progress is not None and isinstance(event, Progress):
                        progress(event)
                if cancelled is not None and cancelled():
                    self.cancel()
                time.sleep(SECONDS_BETWEEN_POLLS)
            return self.result()

    def cancel(self) -> None:
        """End the child and its children within two seconds; returns at once.

        `poll` then gives a Failed that is_cancelled.
        """
        if self._child is not None:
            self._child.cancel()

    def result(self) -> WorkerResult:
        """The result of a segmentation that is done.

        Raises the PancreasSegError of one that failed, RuntimeError if it has not ended yet.
        """
        if isinstance(self._outcome, Failed):
            raise self._outcome.error
        if self._result is None:
            raise RuntimeError("The segmentation has not ended; poll until it has.")
        return self._result

    def close(self) -> None:
        """End at once what still runs, and remove the private folder."""
        if self._child is not None:
            if self._outcome is None:
                self._outcome = cancellation()
            self._child.close()

    def __enter__(self) -> WorkerClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        """True from `start` until `poll` has given Done or Failed."""
        return self._child is not None and self._outcome is None

    @property
    def pid(self) -> int | None:
        """The child's process number; None before `start`."""
        return None if self._child is None else self._child.pid

    @property
    def log(self) -> str:
        """What the child wrote besides events, the last part of it if it is long."""
        return "" if self._child is None else self._child.log

    def _read(self, end: Done | Failed) -> Done | Failed:
        """The end, once the result is read."""
        if isinstance(end, Failed) or self._handed_over is None:
            return end
        # Written as a whole before it was told of: a crash while torch is unloaded is no loss.
        try:
            self._result = read_result(*self._handed_over)
        except (OSError, EOFError, ValueError, MemoryError) as error:
            return Failed(
                PancreasSegError(f"The result of the segmentation cannot be read: {error}.")
            )
        return end


def _private_folder() -> tempfile.TemporaryDirectory[str]:
    """Readable for this user alone (0700)."""
    try:
        return tempfile.TemporaryDirectory(prefix="pancreasseg-", ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError(f"There is no temporary folder to work in ({error.strerror}).") from error


def _hand_over(folder: Path, job: Job) -> None:
    try:
        write_job(folder, job)
    except OSError as error:
        raise OutputError(
            f"The scan cannot be written to the temporary folder {folder.parent} "
            f"({error.strerror}); free some space there."
        ) from error
