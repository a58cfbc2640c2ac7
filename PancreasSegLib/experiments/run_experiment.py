"""All runs of an experiment, or those that were chosen: one after the other, or spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from PancreasSegLib.errors import Cancelled, InputError, PancreasSegError
from PancreasSegLib.experiments.expansion import Run, coarse_run, waves
from PancreasSegLib.experiments.run import do_run, keep_failure, read_result
from PancreasSegLib.experiments.run_job import RunJob, do_run_job
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.experiments.training_configs import refuse_untrainable
from PancreasSegLib.jobs.spread import Workers, spread
from PancreasSegLib.segmenter.progress import Progress


def run_experiment(
    study: Study,
    only: Sequence[str] = (),
    device: str = "auto",
    workers: Workers | None = None,
    progress: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda text: None,
) -> dict[str, PancreasSegError]:
    """Do what is left of the study, and return the runs that failed with their errors.

    A finished run is not done again, one that was cut short goes on from its checkpoints, one that
    failed is tried again. `only` names runs; the coarse runs that they need are done as well.
    By `workers` several are done at a time; without, this process does them. `tell` hears one
    line a run. Raises `InputError` for a run that is not there, or one that cannot be trained, and
    `Cancelled`.
    """
    refuse_untrainable(study)
    chosen = _chosen(study, only)
    failed: dict[str, PancreasSegError] = {}
    for wave in waves(study.experiment):
        runs = {run.name: run for run in wave if run.name in chosen}
        left = {n: run for n, run in runs.items() if read_result(study.folder_of(run)) is None}
        ready = {name: run for name, run in left.items() if not _waits(study, run)}
        for name in left.keys() - ready.keys():
            tell(f"{name}: waits for its fold's coarse model")
        for name, error in _do(study, ready, device, workers, progress, cancelled):
            if error is None:
                tell(f"{name}: done")
            else:
                failed[name] = error
                tell(f"{name}: {error}")
    return failed


def _chosen(study: Study, only: Sequence[str]) -> set[str]:
    runs = study.runs
    for name in only:
        if name not in runs:
            known = ", ".join(runs)
            raise InputError(f"There is no run '{name}' in this experiment; its runs are {known}.")
    chosen = set(only or runs)
    if study.experiment.coarse is not None:
        chosen |= {coarse_run(runs[name], study.experiment).name for name in only}
    return chosen


def _waits(study: Study, run: Run) -> bool:
    """Whether the run needs a coarse model that is not there, because its run failed."""
    if run.family is None or study.experiment.coarse is None:
        return False
    return read_result(study.folder_of(coarse_run(run, study.experiment))) is None


def _do(
    study: Study,
    runs: Mapping[str, Run],
    device: str,
    workers: Workers | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Iterator[tuple[str, PancreasSegError | None]]:
    """Each run's name as it ends, with the error by which it failed."""
    if workers is None:
        yield from _one_by_one(study, runs, device, progress)
        return
    jobs = {
        name: RunJob(study.folder, study.folder_of(run), name, device) for name, run in runs.items()
    }
    for number, (name, error) in enumerate(spread(do_run_job, jobs, workers, cancelled), start=1):
        progress(Progress(f"{number} of {len(jobs)} runs have ended", number / len(jobs), None))
        yield name, error


def _one_by_one(
    study: Study, runs: Mapping[str, Run], device: str, progress: Callable[[Progress], None]
) -> Iterator[tuple[str, PancreasSegError | None]]:
    for number, (name, run) in enumerate(runs.items(), start=1):
        of_all = f"{name} ({number} of {len(runs)})"

        def told(one: Progress, of_all: str = of_all) -> None:
            progress(Progress(f"{of_all}, {one.step}", one.fraction, one.seconds_left))

        try:
            do_run(study, run, device, told)
        except Cancelled:
            raise
        except PancreasSegError as error:
            keep_failure(study, run, error)
            yield name, error
        else:
            yield name, None
