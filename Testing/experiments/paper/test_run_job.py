"""Runs in processes of their own: spread over processes or a Dask cluster, killed, gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from PancreasSegLib.experiments.run_experiment import run_experiment
from PancreasSegLib.experiments.run_job import RunFailed, RunJob, do_run_job
from PancreasSegLib.experiments.status import as_text, status_of
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.jobs.spread import Workers

Begin = Callable[..., Study]

LONGER = (("steps = 4", "steps = 60"), ("batch = 2", "batch = 8"))
"""Long enough for a worker to be killed in the middle."""


def done(study: Study) -> list[bool]:
    return [(study.folder_of(run) / "result.json").is_file() for run in study.runs.values()]


def steps_of(log: Path) -> list[tuple[str, int]]:
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [(event["stage"], event["step"]) for event in events if "loss" in event]


def test_where_a_dask_worker_is_killed_nothing_is_lost_and_nothing_done_twice(
    begin: Begin,
) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra 'dask'")
    study = begin(*LONGER)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    ) as cluster:
        address = cluster.scheduler_address

        def kill_one() -> None:
            while not list(study.folder.glob("runs/*/jac/cnn-last.pt")):
                time.sleep(0.02)
            with distributed.Client(address, set_as_default=False) as client:
                workers = client.run(os.getpid)
            os.kill(next(iter(workers.values())), signal.SIGKILL)

        killer = threading.Thread(target=kill_one)
        killer.start()
        failed = run_experiment(study, device="cpu", workers=Workers(dask=address))
        killer.join()

    assert failed == {}
    assert done(study) == [True, True]
    for run in study.runs.values():
        for method in ("jac", "rnn"):
            steps = steps_of(study.folder_of(run) / method / "log.jsonl")
            assert len(steps) == len(set(steps))


def test_a_run_whose_process_is_killed_is_told_and_goes_on_from_its_checkpoint(
    begin: Begin,
) -> None:
    study = begin(*LONGER)
    name, run = next(iter(study.runs.items()))
    folder = study.folder_of(run)
    job = RunJob(study.folder, folder, name, "cpu")

    def kill_the_child() -> None:
        while not (folder / "jac" / "cnn-last.pt").is_file():
            time.sleep(0.02)
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"PancreasSegLib.experiments.child" in command and name.encode() in command:
                os.kill(int(process.name), signal.SIGKILL)

    killer = threading.Thread(target=kill_the_child)
    killer.start()
    with pytest.raises(RunFailed) as error:
        do_run_job(job)
    killer.join()
    statuses = {one.name: one for one in status_of(study)}

    assert str(folder / "log.txt") in str(error.value)
    assert statuses[name].state == "begun"
    assert statuses[name].about.startswith("jac, ")
    assert "2 runs: 0 done, 0 failed, 1 begun, 1 waiting" in as_text(status_of(study))
    do_run_job(job)
    assert (folder / "result.json").is_file()
    steps = steps_of(folder / "jac" / "log.jsonl")
    assert len(steps) == len(set(steps))
    written = (folder / "result.json").stat().st_mtime_ns
    do_run_job(job)
    assert (folder / "result.json").stat().st_mtime_ns == written


def test_a_run_that_fails_is_told_by_its_sentence_and_tried_again(begin: Begin) -> None:
    study = begin(("learning_rate = 1e-3", "learning_rate = 1e30"))
    name = next(iter(study.runs))
    told: list[str] = []

    failed = run_experiment(study, [name], "cpu", Workers(1), tell=told.append)

    assert "finite" in str(failed[name])
    assert told == [f"{name}: {failed[name]}"]
    assert next(iter(status_of(study))).state == "failed"
    assert "finite" in next(iter(status_of(study))).about
    again = run_experiment(study, [name], "cpu")
    assert str(again[name]) == str(failed[name])


@pytest.fixture
def held(begin: Begin) -> Iterator[Study]:
    """A study whose first run another process is at."""
    study = begin()
    lock = study.folder_of(next(iter(study.runs.values()))) / "lock"
    lock.parent.mkdir(parents=True)
    command = [sys.executable, "-m", "Testing.files.holds_a_lock", str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        yield study
        other.kill()


# A child process has the whole patience with it.
@pytest.mark.parametrize("workers", [None, Workers(1)], ids=["in this process", "in a child"])
def test_a_run_that_another_process_is_at_is_refused_and_not_called_failed(
    held: Study, workers: Workers | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PancreasSegLib.files.lock.PATIENCE_SECONDS", 0.1)
    name, run = next(iter(held.runs.items()))

    failed = run_experiment(held, [name], "cpu", workers)

    folder = held.folder_of(run)
    assert str(failed[name]) == f"Another process works in {folder}; wait for its end, or end it."
    assert status_of(held)[0].state == "waiting"
