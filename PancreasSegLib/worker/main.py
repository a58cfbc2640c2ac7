"""The child process: reads a job, segments, writes the result, tells of it line by line."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.errors import Cancelled, OutOfMemory, PancreasSegError
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.segmenter.memory_need import memory_need
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.version import __version__
from PancreasSegLib.worker.events import Done, Event, Failed, event_line
from PancreasSegLib.worker.job import read_job
from PancreasSegLib.worker.parent_watch import end_with_parent, leave_orphaned
from PancreasSegLib.worker.result import write_result
from PancreasSegLib.worker.silent_end import ADVICE

if TYPE_CHECKING:
    from PancreasSegLib.segmenter.segmentation import Segmentation

Send = Callable[[Event], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Do the job in a folder; the exit code, which is 0 also where no pancreas was found.

    A bug shows its traceback on the error stream, and there is no last event then.
    """
    folder = _parser().parse_args(argv).folder
    send = _sender()
    with Cancellation() as cancellation:
        try:
            _work(folder, send, cancellation)
            send(Done())
        except (KeyboardInterrupt, Cancelled):
            return exit_codes.CANCELLED
        except PancreasSegError as error:
            return _failed(error, send)
        except MemoryError:
            return _failed(OutOfMemory(f"The computer's memory is not enough; {ADVICE}."), send)
        except BrokenPipeError:
            leave_orphaned(folder)
    return exit_codes.DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m PancreasSegLib.worker",
        description="Does a job that PancreasSegLib.worker.client put into a folder.",
    )
    parser.add_argument("folder", type=Path, help="the job's private folder")
    return parser


def _work(folder: Path, send: Send, cancellation: Cancellation) -> None:
    job, parent = read_job(folder)
    end_with_parent(parent, folder)
    _log(f"PancreasSeg {__version__}, Python {platform.python_version()}, model {job.model}")
    _log(memory_need(job.scan))
    segmentation = _engine()(job, _Progress(send), cancellation.requested)
    report = segmentation.report
    _log(f"computed on {report.device} in {report.precision}, memory {report.rung}")
    write_result(folder, segmentation)


def _engine() -> Callable[..., Segmentation]:
    """The `segment` of `segmenter.py`, which loads torch."""
    try:
        from PancreasSegLib.segmenter.segmenter import segment
    except ImportError as error:
        raise PancreasSegError(
            f"The engine cannot be loaded ({error}); in 3D Slicer, install PyTorch with the "
            "PyTorch extension."
        ) from error
    return segment


class _Progress:
    """Forwards every `Progress` as it is, and logs when a step begins."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._began = time.perf_counter()
        self._step = ""

    def __call__(self, progress: Progress) -> None:
        if progress.step != self._step:
            self._step = progress.step
            _log(f"{time.perf_counter() - self._began:6.1f} s  {progress.step}")
        self._send(progress)


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


def _log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
