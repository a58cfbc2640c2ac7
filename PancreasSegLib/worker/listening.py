"""Threads that listen to a worker, so that nobody else ever waits for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import IO

from PancreasSegLib.process.process_tree import ProcessTree
from PancreasSegLib.worker.bounded_log import BoundedLog
from PancreasSegLib.worker.events import Event, event_in

LONGEST_LINE = 20_000
"""Characters; the rest counts as a line of its own."""

LAST_WORDS_SECONDS = 1.0
"""How long what an ended worker wrote last may take to be read."""


@dataclass(frozen=True)
class Ended:
    """The worker is gone; `code` as `subprocess` has it: below 0 a signal's number."""

    code: int


Inbox = SimpleQueue[Event | Ended]


def listen(tree: ProcessTree, log: BoundedLog) -> Inbox:
    """A queue of what the worker tells, `Ended` as the last; other output goes to `log`."""
    inbox: Inbox = SimpleQueue()
    threading.Thread(target=_attend, args=(tree, inbox, log), daemon=True).start()
    return inbox


def _attend(tree: ProcessTree, inbox: Inbox, log: BoundedLog) -> None:
    readers = [
        threading.Thread(target=_read_events, args=(tree.stdout, inbox, log), daemon=True),
        threading.Thread(target=_read_log, args=(tree.stderr, log), daemon=True),
    ]
    for reader in readers:
        reader.start()
    code = tree.wait()
    for reader in readers:
        reader.join(LAST_WORDS_SECONDS)
    inbox.put(Ended(code))


def _read_events(stream: IO[str], inbox: Inbox, log: BoundedLog) -> None:
    with stream:
        for line in iter(partial(stream.readline, LONGEST_LINE), ""):
            event = event_in(line)
            if event is None:
                log.append(line)
            else:
                inbox.put(event)


def _read_log(stream: IO[str], log: BoundedLog) -> None:
    with stream:
        for line in iter(partial(stream.readline, LONGEST_LINE), ""):
            log.append(line)
