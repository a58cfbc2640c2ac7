"""The child process: reads a job, segments, writes the result, tells of it line by line."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.process.parent_watch import end_with_parent
from PancreasSegLib.segmenter.memory_need import memory_need
from PancreasSegLib.version import __version__
from PancreasSegLib.worker.job import read_job
from PancreasSegLib.worker.result import write_result
from PancreasSegLib.worker.serving import Send, ToldProgress, log, serve

if TYPE_CHECKING:
    from PancreasSegLib.segmenter.segmentation import Segmentation


def main(argv: Sequence[str] | None = None) -> int:
    """Do the job in a folder; the exit code, which is 0 also where no pancreas was found."""
    folder = _parser().parse_args(argv).folder
    return serve(lambda send, cancellation: _work(folder, send, cancellation), folder)


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
    log(f"PancreasSeg {__version__}, Python {platform.python_version()}, model {job.model}")
    log(memory_need(job.scan))
    segmentation = _engine()(job, ToldProgress(send), cancellation.requested)
    report = segmentation.report
    log(f"computed on {report.device} in {report.precision}, memory {report.rung}")
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
