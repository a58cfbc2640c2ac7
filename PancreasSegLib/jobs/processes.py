"""Jobs in child processes of this one, each of which does one job after the other."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import Any, TypeVar

import torch

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.jobs.outcome import SECONDS_BETWEEN_LOOKS, check, lost, told
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.process.parent_watch import end_with_parent

Job = TypeVar("Job")
Result = TypeVar("Result")

PATIENCE_SECONDS = 1.0
"""Between asking a child to end and killing it."""


def in_processes(
    work: Callable[[Job], Result],
    jobs: Mapping[str, Job],
    count: int,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[str, Result | PancreasSegError]]:
    """`spread` over `count` processes, which share the processor's cores."""
    waiting = deque(jobs.items())
    count = min(count, len(jobs))
    # A pool of one each: so it is known whose job was lost when a process is killed.
    idle = [_one_process(count) for _ in range(count)]
    running: dict[Future[Result], tuple[str, ProcessPoolExecutor]] = {}
    try:
        while waiting or running:
            while waiting and idle:
                name, job = waiting.popleft()
                process = idle.pop()
                running[process.submit(work, job)] = name, process
            ended, _ = wait(running, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
            check(cancelled)
            for future in ended:
                name, process = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    idle.append(_one_process(count))
                    yield name, lost(name)
                else:
                    idle.append(process)
                    yield name, told(future.result)
    finally:
        _end([process for _, process in running.values()], idle)


def _one_process(count: int) -> ProcessPoolExecutor:
    threads = max(1, torch.get_num_threads() // count)
    return ProcessPoolExecutor(
        1, get_context("spawn"), initializer=_begin, initargs=(os.getpid(), threads)
    )


def _begin(parent: int, threads: int) -> None:
    """In the child: it ends when it is asked to, or with its parent.

    Ctrl-C reaches all processes of a terminal; there the parent decides.
    """
    end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Cancellation().__enter__()
    torch.set_num_threads(threads)


def _end(busy: Iterable[ProcessPoolExecutor], idle: Iterable[ProcessPoolExecutor]) -> None:
    """End the idle ones, and then whoever is left: first politely."""
    for process in idle:
        process.shutdown()
    for process in busy:
        process.shutdown(wait=False)
    children: list[Any] = active_children() if busy else []
    for child in children:
        child.terminate()
    patient_until = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        child.join(max(0.0, patient_until - time.monotonic()))
        child.kill()
        child.join()
