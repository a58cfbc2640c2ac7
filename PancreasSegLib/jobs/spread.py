"""The one door through which work is spread: a batch of scans, the runs of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PancreasSegLib.errors import PancreasSegError

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Workers:
    """Who does the work: `count` processes of this computer, or the Dask cluster at `dask`.

    `dask` is the address of a scheduler, such as tcp://node1:8786.
    """

    count: int = 1
    dask: str | None = None


def spread(
    work: Callable[[Job], Result],
    jobs: Mapping[str, Job],
    workers: Workers,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[str, Result | PancreasSegError]]:
    """Each job's name with what `work` made of it, in the order in which they end.

    `work` is a function of a module, and jobs and results can be pickled. A PancreasSegError that
    it raises is its job's result, and so is a `WorkerLost` where the process ended in the middle;
    anything else is raised. Raises `Cancelled`, with no work going on any more in this computer's
    processes, and `InputError` where there is no such cluster.
    """
    if workers.dask is not None:
        from PancreasSegLib.jobs.dask_cluster import on_dask

        return on_dask(work, jobs, workers.dask, cancelled)
    from PancreasSegLib.jobs.processes import in_processes

    return in_processes(work, jobs, workers.count, cancelled)
