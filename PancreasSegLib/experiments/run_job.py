"""A run for another process or another computer: it is done in a child process there.

A process of a cluster may start none of its own kind, which the training's reader of scans is: so
the run has a Python of its own.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.experiments.child import HELD
from PancreasSegLib.experiments.run import RESULT, failure_of
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.lock import held
from PancreasSegLib.process.process_tree import ProcessTree
from PancreasSegLib.worker.child_environment import child_environment

LOG = "log.txt"
"""In the run's folder: what its child process said."""


@dataclass(frozen=True)
class RunJob:
    """The run `name` of the study in `study`, with its own folder; `device` as the user named
    it."""

    study: Path
    folder: Path
    name: str
    device: str


def do_run_job(job: RunJob) -> None:
    """Do the run, to its end or to its failure, which is raised as a `PancreasSegError`.

    Raises `Held` where another process is at it.
    """
    make_folder(job.folder)
    if (job.folder / RESULT).is_file():
        return
    module = "PancreasSegLib.experiments.child"
    arguments = [str(job.study), job.name, job.device, str(os.getpid())]
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    with (job.folder / LOG).open("a", encoding="utf-8") as log:
        tree = ProcessTree(
            [sys.executable, "-m", module, *arguments],
            child_environment(os.environ | threads),
            log,
        )
        try:
            code = tree.wait()
        finally:
            tree.kill()
    if code == 0:
        return
    if code == HELD:
        raise held(job.folder)
    raise RunFailed(
        failure_of(job.folder)
        or f"The process that worked on {job.name} ended without a result; {job.folder / LOG} has"
        " what it said. Start the same command again to go on, with fewer jobs at a time if the"
        " memory was not enough."
    )


class RunFailed(PancreasSegError):  # noqa: N818 - named after what happened, as the other errors
    """A run failed in its child process, by this sentence."""
