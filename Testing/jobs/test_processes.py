"""Jobs in child processes: all are done once, a lost one is told, and none outlives a cancel."""

from __future__ import annotations

import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from PancreasSegLib.errors import Cancelled, InputError
from PancreasSegLib.jobs.outcome import WorkerLost
from PancreasSegLib.jobs.spread import Workers, spread
from Testing.jobs.work import Note, die_of_three, divide, refuse_odd, write_note


def test_every_job_is_done_once_by_as_many_processes_as_asked_for(tmp_path: Path) -> None:
    jobs = {str(number): Note(str(number), tmp_path, seconds=0.3) for number in range(5)}

    done = dict(spread(write_note, jobs, Workers(2)))

    assert done.keys() == jobs.keys()
    assert len(set(done.values())) == 2
    assert [(tmp_path / name).read_text() for name in jobs] == ["done\n"] * 5
    assert not active_children()


def test_an_error_for_people_is_the_result_of_its_job_alone() -> None:
    done = dict(spread(refuse_odd, {"one": 1, "two": 2}, Workers(1)))

    assert done["two"] == 4
    assert isinstance(done["one"], InputError)
    assert str(done["one"]) == "1 is odd; give an even number."


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        dict(spread(divide, {"zero": 0}, Workers(1)))


def test_a_killed_process_loses_its_own_job_only() -> None:
    jobs = {str(number): number for number in range(6)}

    done = dict(spread(die_of_three, jobs, Workers(2)))

    lost = done.pop("3")
    assert isinstance(lost, WorkerLost)
    assert "3" in str(lost)
    assert done == {name: number for name, number in jobs.items() if number != 3}


def test_a_cancel_ends_what_runs_and_begins_nothing_more(tmp_path: Path) -> None:
    jobs = {str(number): Note(str(number), tmp_path, seconds=30) for number in range(3)}
    cancelled_at: list[float] = []

    def once_two_have_begun() -> bool:
        if len(list(tmp_path.glob("*.begun"))) == 2:
            cancelled_at.append(time.monotonic())
        return bool(cancelled_at)

    with pytest.raises(Cancelled):
        dict(spread(write_note, jobs, Workers(2), once_two_have_begun))

    assert time.monotonic() - cancelled_at[0] < 10
    # The pool's own thread may have reaped a child, and tell so a moment later.
    patient_until = time.monotonic() + 5
    while active_children() and time.monotonic() < patient_until:
        time.sleep(0.01)
    assert not active_children()
    assert len(list(tmp_path.iterdir())) == 2
