"""Stand-ins for a worker that goes wrong: each way is told in one sentence, nothing is left."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError, OutOfMemory, PancreasSegError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.volume import Volume
from PancreasSegLib.worker.bounded_log import CUT, MOST_CHARACTERS
from PancreasSegLib.worker.client import WorkerClient
from PancreasSegLib.worker.events import Failed
from Testing.worker.conftest import StandIn, all_events, seconds_until_dead, until

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

FAMILY = """
import subprocess, sys, time
{own_signals}
child = subprocess.Popen(
    [sys.executable, "-c", '''import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)'''],
    stdout=subprocess.PIPE,
)
child.stdout.readline()
print('{{"event": "progress", "step": "%d", "fraction": 0, "seconds_left": null}}' % child.pid)
sys.stdout.flush()
{then}
"""
"""A worker with a child of its own that ignores SIGTERM; its number is told as a step."""

IGNORING = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


def failure_of(command: list[str], scan: Volume) -> tuple[Failed, str]:
    """How the command's end is told, and its log."""
    client = WorkerClient(command)
    client.start(Job(scan))
    failed = all_events(client, seconds=30)[-1]
    assert isinstance(failed, Failed)
    return failed, client.log


def grandchild(client: WorkerClient) -> int:
    event = until(client, lambda event: isinstance(event, Progress), seconds=30)
    assert isinstance(event, Progress)
    return int(event.step)


def test_garbage_on_standard_output_goes_to_the_log_and_the_error_after_it_is_heard(
    stand_in: StandIn, scan: Volume
) -> None:
    babbling = stand_in(
        "import sys\n"
        "print('Loading extension...')\n"
        'print(\'{"event": "progress", "step": "half\')\n'
        'print(\'{"event": "progress", "step": "x", "fraction": "soon", "seconds_left": 1}\')\n'
        "print('[1, 2]'); print('[' * 5000); print(7)\n"
        "sys.stdout.flush(); sys.stdout.buffer.write(b'\\xff\\xfe\\n')\n"
        'print(\'{"event": "error", "kind": "InputError", "message": "Größe 0."}\')\n'
        "sys.exit(1)\n"
    )

    failed, log = failure_of(babbling, scan)

    assert isinstance(failed.error, InputError) and failed.sentence == "Größe 0."
    assert log.startswith("Loading extension...\n")
    assert '"soon"' in log and "[1, 2]\n" in log and "\ufffd\ufffd\n" in log


def test_an_endless_line_on_both_streams_fills_no_memory(stand_in: StandIn, scan: Volume) -> None:
    flooding = stand_in(
        "import sys\n"
        "for stream in (sys.stdout, sys.stderr):\n"
        "    for _ in range(50): stream.write('x' * 100_000)\n"
        "    stream.flush()\n"
        "sys.stderr.write('the last words'); sys.exit(3)\n"
    )

    failed, log = failure_of(flooding, scan)

    assert "exit code 3" in failed.sentence
    assert len(log) == len(CUT) + MOST_CHARACTERS
    assert log.startswith(CUT) and "the last words" in log


def test_an_end_without_a_word_is_told_with_its_exit_code(stand_in: StandIn, scan: Volume) -> None:
    failed, log = failure_of(stand_in("import sys; sys.exit(7)"), scan)

    assert type(failed.error) is PancreasSegError
    assert "ended unexpectedly with the exit code 7" in failed.sentence
    assert log == ""


def test_a_bug_is_told_with_its_traceback_in_the_log(stand_in: StandIn, scan: Volume) -> None:
    failed, log = failure_of(stand_in("raise AssertionError('a bug')"), scan)

    assert "exit code 1" in failed.sentence
    assert "AssertionError: a bug" in log


def test_an_exit_code_of_0_without_a_result_is_a_failure(stand_in: StandIn, scan: Volume) -> None:
    failed, _ = failure_of(stand_in("pass"), scan)

    assert "without a result" in failed.sentence


def test_done_without_the_result_is_a_failure(stand_in: StandIn, scan: Volume) -> None:
    failed, _ = failure_of(stand_in('print(\'{"event": "done"}\')'), scan)

    assert "cannot be read" in failed.sentence and "report.json" in failed.sentence


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_crash_is_told_with_its_signal(name: str, stand_in: StandIn, scan: Volume) -> None:
    crashing = stand_in(
        "import os, signal, sys; print('before', file=sys.stderr, flush=True);"
        f"os.kill(os.getpid(), signal.{name})"
    )

    failed, log = failure_of(crashing, scan)

    assert f"({name})" in failed.sentence
    assert log == "before\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of memory")
def test_an_end_for_want_of_memory_is_told_as_such(stand_in: StandIn, scan: Volume) -> None:
    hungry = stand_in(
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))\n"
        "bytearray(10**9)\n"
    )

    failed, log = failure_of(hungry, scan)

    assert isinstance(failed.error, OutOfMemory)
    assert "memory was not enough" in failed.sentence
    assert "MemoryError" in log


def test_a_python_that_is_not_there_is_told_at_the_start(
    tmp_path: Path, scan: Volume, temporary_folder: Path
) -> None:
    missing = str(tmp_path / "PythonSlicer")

    with pytest.raises(PancreasSegError, match="PythonSlicer cannot be started"):
        WorkerClient([missing]).start(Job(scan))

    assert list(temporary_folder.iterdir()) == []


@linux_only
def test_cancelling_ends_a_worker_that_ignores_it_and_its_child_within_two_seconds(
    stand_in: StandIn, scan: Volume, temporary_folder: Path
) -> None:
    stubborn = stand_in(FAMILY.format(own_signals=IGNORING, then="time.sleep(60)"))
    client = WorkerClient(stubborn)
    client.start(Job(scan))
    pids = (client.pid or 0, grandchild(client))

    client.cancel()
    client.cancel()
    seconds = seconds_until_dead(*pids)
    events = all_events(client)

    assert seconds < 2
    assert [isinstance(event, Failed) and event.is_cancelled for event in events] == [True]
    assert list(temporary_folder.iterdir()) == []


@linux_only
def test_a_worker_that_ends_leaves_no_child_behind(stand_in: StandIn, scan: Volume) -> None:
    family = FAMILY.format(own_signals="", then="time.sleep(0.5); sys.exit(5)")
    client = WorkerClient(stand_in(family))
    client.start(Job(scan))
    pid = grandchild(client)

    failed = all_events(client, seconds=30)[-1]

    assert isinstance(failed, Failed) and "exit code 5" in failed.sentence
    assert seconds_until_dead(pid) < 1


@linux_only
def test_closing_ends_all_at_once_and_may_be_repeated(
    stand_in: StandIn, scan: Volume, temporary_folder: Path
) -> None:
    client = WorkerClient(stand_in(FAMILY.format(own_signals=IGNORING, then="time.sleep(60)")))
    client.start(Job(scan))
    pids = (client.pid or 0, grandchild(client))

    client.close()
    client.close()

    assert seconds_until_dead(*pids) < 1
    assert list(temporary_folder.iterdir()) == []
    assert not client.is_running and client.poll() == []


@linux_only
def test_a_forgotten_client_ends_its_worker(
    stand_in: StandIn, scan: Volume, temporary_folder: Path
) -> None:
    client = WorkerClient(stand_in("import time; time.sleep(60)"))
    client.start(Job(scan))
    pid = client.pid or 0

    del client
    gc.collect()

    assert seconds_until_dead(pid) < 1
    assert list(temporary_folder.iterdir()) == []


def test_polling_a_silent_worker_does_not_wait(stand_in: StandIn, scan: Volume) -> None:
    with WorkerClient(stand_in("import time; time.sleep(60)")) as client:
        client.start(Job(scan))
        began = time.perf_counter()
        events = [event for _ in range(20) for event in client.poll()]

        assert events == [] and client.is_running
        assert time.perf_counter() - began < 1


def test_before_its_start_nothing_runs_and_closing_is_harmless() -> None:
    client = WorkerClient()

    client.cancel()
    client.close()

    assert client.poll() == [] and not client.is_running and client.pid is None
    with pytest.raises(RuntimeError, match="has not ended"):
        client.result()


def test_a_client_is_for_one_segmentation(stand_in: StandIn, scan: Volume) -> None:
    with WorkerClient(stand_in("pass")) as client:
        client.start(Job(scan))
        with pytest.raises(RuntimeError, match="make another one"):
            client.start(Job(scan))
