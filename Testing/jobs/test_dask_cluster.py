"""Jobs on a Dask cluster: here a local one of two workers, one of which is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from PancreasSegLib.errors import Cancelled, InputError
from PancreasSegLib.jobs.outcome import WorkerLost
from PancreasSegLib.jobs.spread import Workers, spread
from Testing.jobs.work import Note, die_of_three, refuse_odd, write_note

distributed = pytest.importorskip("distributed", reason="needs the extra 'dask'")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """That of a scheduler with two workers of one thread each."""
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    )
    with cluster:
        yield cluster.scheduler_address


def test_every_job_is_done_once_and_errors_are_told(address: str, tmp_path: Path) -> None:
    jobs = {str(number): Note(str(number), tmp_path) for number in range(5)}

    done = dict(spread(write_note, jobs, Workers(dask=address)))
    refused = dict(spread(refuse_odd, {"one": 1, "two": 2}, Workers(dask=address)))

    assert done.keys() == jobs.keys()
    assert [(tmp_path / name).read_text() for name in jobs] == ["done\n"] * 5
    assert refused["two"] == 4
    assert isinstance(refused["one"], InputError)


def test_where_a_worker_is_killed_nothing_is_lost_and_nothing_done_twice(
    address: str, tmp_path: Path
) -> None:
    jobs = {str(number): Note(str(number), tmp_path, seconds=1.0) for number in range(6)}

    def kill_one() -> None:
        while not list(tmp_path.glob("*.begun")):
            time.sleep(0.05)
        with distributed.Client(address, set_as_default=False) as client:
            workers = client.run(os.getpid)
        os.kill(next(iter(workers.values())), signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    done = dict(spread(write_note, jobs, Workers(dask=address)))
    killer.join()

    assert done.keys() == jobs.keys()
    assert [(tmp_path / name).read_text() for name in jobs] == ["done\n"] * 6


def test_a_job_that_kills_every_worker_is_told_of(address: str) -> None:
    done = dict(spread(die_of_three, {"two": 2, "three": 3}, Workers(dask=address)))

    assert done["two"] == 2
    assert isinstance(done["three"], WorkerLost)


def test_a_cancel_takes_back_what_has_not_begun(address: str, tmp_path: Path) -> None:
    jobs = {str(number): Note(str(number), tmp_path, seconds=1.0) for number in range(6)}

    with pytest.raises(Cancelled):
        dict(
            spread(
                write_note,
                jobs,
                Workers(dask=address),
                lambda: bool(list(tmp_path.glob("*.begun"))),
            )
        )
    time.sleep(2.5)

    assert len(list(tmp_path.glob("*.begun"))) <= 2


def test_where_no_scheduler_answers_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PancreasSegLib.jobs.dask_cluster.SECONDS_TO_CONNECT", 1)

    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:9.*dask scheduler"):
        dict(spread(refuse_odd, {"two": 2}, Workers(dask="tcp://127.0.0.1:9")))
