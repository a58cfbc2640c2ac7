"""Starts a worker, listens to it, ends it, and cleans up. Loads no torch."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from types import TracebackType

from PancreasSegLib.errors import Cancelled, OutputError, PancreasSegError
from PancreasSegLib.process.process_tree import ProcessTree
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.worker.bounded_log import BoundedLog
from PancreasSegLib.worker.child_environment import child_environment
from PancreasSegLib.worker.events import Done, Event, Failed
from PancreasSegLib.worker.job import write_job
from PancreasSegLib.worker.listening import Ended, Inbox, listen
from PancreasSegLib.worker.result import WorkerResult, read_result
from PancreasSegLib.worker.silent_end import explanation

PATIENCE_SECONDS = 1.0
"""Between asking a cancelled worker to end and killing it."""

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
        self._log = BoundedLog()
        self._run: _Run | None = None
        self._cancelled = False
        self._last_word: Done | Failed | None = None
        self._outcome: Done | Failed | None = None
        self._result: WorkerResult | None = None

    def start(self, job: Job) -> None:
        """Start the child.

        Raises OutputError (no room for the scan in the temporary folder), PancreasSegError (the
        Python cannot be started), RuntimeError (a client does one segmentation only).
        """
        if self._run is not None:
            raise RuntimeError("A WorkerClient does one segmentation; make another one.")
        folder = _private_folder()
        try:
            _hand_over(Path(folder.name), job)
            tree = self._start_child(folder.name)
        except BaseException:
            folder.cleanup()
            raise
        # Also called when this object is forgotten, and when the program ends.
        end = weakref.finalize(self, _end, tree, folder, self._log)
        self._run = _Run(job.scan.grid, Path(folder.name), tree, listen(tree, self._log), end)

    def poll(self) -> list[Event]:
        """What was told since the last time, oldest first; never waits.

        Progress comes exactly as the Segmenter gave it; Done or Failed comes once, as the last.
        """
        # Lets the listening threads run, should the caller's event loop seldom give Python away.
        time.sleep(0)
        events: list[Event] = []
        while self._run is not None and self._outcome is None:
            try:
                message = self._run.inbox.get_nowait()
            except Empty:
                break
            match message:
                case Progress():
                    events.append(message)
                case Done() | Failed():
                    self._last_word = message
                case Ended(code):
                    events.append(self._settle(self._run, code))
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
        if self._run is None or self._outcome is not None or self._cancelled:
            return
        self._cancelled = True
        self._run.tree.terminate()
        killing = threading.Timer(PATIENCE_SECONDS, self._run.tree.kill)
        killing.daemon = True
        killing.start()

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
        if self._run is not None:
            if self._outcome is None:
                self._outcome = _cancellation()
            self._run.end()

    def __enter__(self) -> WorkerClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        """True from `start` until `poll` has given Done or Failed."""
        return self._run is not None and self._outcome is None

    @property
    def pid(self) -> int | None:
        """The child's process number; None before `start`."""
        return None if self._run is None else self._run.tree.pid

    @property
    def log(self) -> str:
        """What the child wrote besides events, the last part of it if it is long."""
        return self._log.text

    def _start_child(self, folder: str) -> ProcessTree:
        # -P: a torch.py in the folder that Slicer was started in is none of ours.
        options = ["-P", "-X", "utf8", "-X", "faulthandler", "-m", "PancreasSegLib.worker"]
        command = [*self._python, *options, folder]
        try:
            return ProcessTree(command, child_environment(self._environment))
        except OSError as error:
            raise PancreasSegError(
                f"The Python {self._python[0]} cannot be started ({error.strerror}). Start Slicer "
                "by the program Slicer in its own folder; if that does not help, install it again."
            ) from error

    def _settle(self, run: _Run, code: int) -> Done | Failed:
        try:
            self._outcome = self._judge(run, code)
        finally:
            run.end()
        return self._outcome

    def _judge(self, run: _Run, code: int) -> Done | Failed:
        if self._cancelled:
            return _cancellation()
        if self._last_word is None:
            return Failed(explanation(code, self.log))
        if isinstance(self._last_word, Failed):
            return self._last_word
        # Written as a whole before it was told of: a crash while torch is unloaded is no loss.
        try:
            self._result = read_result(run.folder, run.grid)
        except (OSError, EOFError, ValueError, MemoryError) as error:
            return Failed(
                PancreasSegError(f"The result of the segmentation cannot be read: {error}.")
            )
        return self._last_word


@dataclass(frozen=True, eq=False)
class _Run:
    """A child that was started; `end` ends it and removes its folder."""

    grid: Grid
    folder: Path
    tree: ProcessTree
    inbox: Inbox
    end: Callable[[], object]


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


def _end(tree: ProcessTree, folder: tempfile.TemporaryDirectory[str], log: BoundedLog) -> None:
    tree.kill()
    tree.ended.wait(PATIENCE_SECONDS)
    folder.cleanup()
    if Path(folder.name).exists():
        log.append(f"The folder {folder.name} holds the scan and cannot be removed; remove it.\n")


def _cancellation() -> Failed:
    return Failed(Cancelled("The segmentation was cancelled."))
