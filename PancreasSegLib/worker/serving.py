"""The child's side: it works, tells of it line by line, and ends with the program that asked."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from PancreasSegLib.errors import Cancelled, OutOfMemory, PancreasSegError
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.process.parent_watch import leave_orphaned
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.worker.events import Done, Event, Failed, event_line
from PancreasSegLib.worker.silent_end import ADVICE

Send = Callable[[Event], None]


def serve(
    work: Callable[[Send, Cancellation], None], folder: Path | None = None, advice: str = ADVICE
) -> int:
    """Do `work` and tell its end; the exit code. Its private `folder` does not outlive the parent.

    advice: where the memory is not enough (`silent_end`).
    A bug shows its traceback on the error stream, and there is no last event then.
    """
    send = _sender()
    with Cancellation() as cancellation:
        try:
            work(send, cancellation)
            send(Done())
        except (KeyboardInterrupt, Cancelled):
            return exit_codes.CANCELLED
        except PancreasSegError as error:
            return _failed(error, send)
        except MemoryError:
            return _failed(OutOfMemory(f"The computer's memory is not enough; {advice}."), send)
        except BrokenPipeError:
            leave_orphaned(folder)
    return exit_codes.DONE


class ToldProgress:
    """Forwards every `Progress` as it is, and logs when a step begins."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._began = time.perf_counter()
        self._step = ""

    def __call__(self, progress: Progress) -> None:
        """Tell it."""
        if progress.step != self._step:
            self._step = progress.step
            log(f"{time.perf_counter() - self._began:6.1f} s  {progress.step}")
        self._send(progress)


def log(text: str) -> None:
    """A line of the log, which the parent keeps."""
    print(text, file=sys.stderr, flush=True)


def _sender() -> Send:
    """Takes standard output for events alone: what others print, C code too, goes to the log."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def send(event: Event) -> None:
        print(event_line(event), file=events, flush=True)

    return send


def _failed(error: PancreasSegError, send: Send) -> int:
    traceback.print_exc()
    send(Failed(error))
    return exit_codes.FAILED
