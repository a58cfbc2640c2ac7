"""When the program that asked is gone, so is the worker, and so is the scan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from PancreasSegLib.process.parent_watch import is_alive
from Testing.worker.conftest import StandIn, seconds_until_dead

PARENT = """
import os, signal, sys, tempfile, time
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.worker.client import WorkerClient
from Testing.worker.conftest import noise
temporary, model, ending, *python = sys.argv[1:]
tempfile.tempdir = temporary
client = WorkerClient(python)
client.start(Job(noise(0, (60, 160, 160)), model, device="cpu"))
while not client.poll():
    time.sleep(0.02)
print(client.pid, flush=True)
if ending == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def worker_of_a_parent(folder: Path, model: Path | str, ending: str, python: list[str]) -> int:
    """The worker's number, after its parent has ended."""
    parent = subprocess.run(
        [sys.executable, "-c", PARENT, folder, str(model), ending, *python],
        stdout=subprocess.PIPE,
        check=False,
        timeout=120,
    )
    assert parent.returncode == (-signal.SIGKILL if ending == "killed" else 0)
    return int(parent.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_whose_parent_is_killed_ends_and_removes_its_folder(
    slow_model: Path, temporary_folder: Path
) -> None:
    pid = worker_of_a_parent(temporary_folder, slow_model, "killed", [sys.executable])

    seconds_until_dead(pid, at_most=5)

    assert list(temporary_folder.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_that_says_nothing_notices_it_too(
    stand_in: StandIn, temporary_folder: Path
) -> None:
    silent = stand_in(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from PancreasSegLib.worker.job import read_job\n"
        "from PancreasSegLib.process.parent_watch import end_with_parent\n"
        "folder = Path(sys.argv[-1])\n"
        "end_with_parent(read_job(folder).parent, folder)\n"
        'print(\'{"event": "progress", "step": "", "fraction": 0, "seconds_left": null}\','
        " flush=True); time.sleep(60)\n"
    )

    pid = worker_of_a_parent(temporary_folder, "none", "killed", silent)

    seconds_until_dead(pid, at_most=5)
    assert list(temporary_folder.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_parent_that_ends_without_closing_takes_its_worker_along(
    stand_in: StandIn, temporary_folder: Path
) -> None:
    working = stand_in(
        'print(\'{"event": "progress", "step": "", "fraction": 0, "seconds_left": null}\','
        " flush=True); import time; time.sleep(60)"
    )

    pid = worker_of_a_parent(temporary_folder, "none", "returning", working)

    assert seconds_until_dead(pid) < 1
    assert list(temporary_folder.iterdir()) == []


def test_a_process_is_alive_until_it_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert is_alive(process.pid) and is_alive(os.getpid())

    process.communicate(b"\n")

    stop = time.monotonic() + 5
    while is_alive(process.pid) and time.monotonic() < stop:
        time.sleep(0.01)
    assert not is_alive(process.pid)
