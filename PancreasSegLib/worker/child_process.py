"""A module of the library as a child process: started, listened to, ended. Loads no torch."""

from __future__ import annotations

import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty

from PancreasSegLib.errors import Cancelled, PancreasSegError
from PancreasSegLib.process.process_tree import ProcessTree
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.worker.bounded_log import BoundedLog
from PancreasSegLib.worker.child_environment import child_environment
from PancreasSegLib.worker.events import Done, Event, Failed
from PancreasSegLib.worker.listening import Ended, listen
from PancreasSegLib.worker.silent_end import ADVICE, explanation

PATIENCE_SECONDS = 1.0
"""Between asking a cancelled child to end and killing it."""


class ChildProcess:
    """`python -m MODULE ARGUMENTS`, where the module `serve`s: `poll` it until its end is told.

    python: the command of a Python with torch, as [sys.executable] or ["PythonSlicer"].
    environment: of the child. folder: a private one, which is removed at the end.
    advice: where the memory was not enough (`silent_end`).

    The child ends with `close`, when this object is forgotten, and with this program.
    Raises PancreasSegError where the Python cannot be started.
    """

    def __init__(
        self,
        python: Sequence[str],
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: tempfile.TemporaryDirectory[str] | None = None,
        advice: str = ADVICE,
    ) -> None:
        self._advice = advice
        self._log = BoundedLog()
        # -P: a torch.py in the folder that Slicer was started in is none of ours.
        options = ["-P", "-X", "utf8", "-X", "faulthandler", "-m", module]
        self._tree = _started([*python, *options, *arguments], environment)
        self._end = weakref.finalize(self, _end, self._tree, folder, self._log)
        self._inbox = listen(self._tree, self._log)
        self._cancelled = False
        self._last_word: Done | Failed | None = None
        self._outcome: Done | Failed | None = None

    @property
    def is_running(self) -> bool:
        """True until `poll` has given Done or Failed."""
        return self._outcome is None

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._tree.pid

    @property
    def log(self) -> str:
        """What the child wrote besides events, the last part of it if it is long."""
        return self._log.text

    def poll(self) -> list[Event]:
        """What was told since the last time, oldest first; never waits.

        Done or Failed comes once, as the last, when the child is gone.
        """
        # Lets the listening threads run, should the caller's event loop seldom give Python away.
        time.sleep(0)
        events: list[Event] = []
        while self._outcome is None:
            try:
                message = self._inbox.get_nowait()
            except Empty:
                break
            match message:
                case Progress():
                    events.append(message)
                case Done() | Failed():
                    self._last_word = message
                case Ended(code):
                    self._outcome = self._judge(code)
                    events.append(self._outcome)
        return events

    def cancel(self) -> None:
        """End the child and its children within two seconds; returns at once.

        `poll` then gives a Failed that is_cancelled.
        """
        if self._outcome is not None or self._cancelled:
            return
        self._cancelled = True
        self._tree.terminate()
        killing = threading.Timer(PATIENCE_SECONDS, self._tree.kill)
        killing.daemon = True
        killing.start()

    def close(self) -> None:
        """End at once what still runs, and remove the private folder."""
        if self._outcome is None:
            self._outcome = cancellation()
        self._end()

    def _judge(self, code: int) -> Done | Failed:
        if self._cancelled:
            return cancellation()
        return self._last_word or Failed(explanation(code, self.log, self._advice))


def cancellation() -> Failed:
    """What is told of a child that the user ended."""
    return Failed(Cancelled("The segmentation was cancelled."))


def _started(command: Sequence[str], environment: Mapping[str, str]) -> ProcessTree:
    try:
        return ProcessTree(command, child_environment(environment))
    except OSError as error:
        raise PancreasSegError(
            f"The Python {command[0]} cannot be started ({error.strerror}). Start Slicer "
            "by the program Slicer in its own folder; if that does not help, install it again."
        ) from error


def _end(
    tree: ProcessTree, folder: tempfile.TemporaryDirectory[str] | None, log: BoundedLog
) -> None:
    tree.kill()
    tree.ended.wait(PATIENCE_SECONDS)
    if folder is None:
        return
    folder.cleanup()
    if Path(folder.name).exists():
        log.append(f"The folder {folder.name} holds the scan and cannot be removed; remove it.\n")
