"""Ctrl-C (SIGINT), SIGTERM and SIGHUP (a terminal that was closed, a connection that broke): the
work stops, and what it had begun to write or had unpacked is removed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from PancreasSegLib.errors import Cancelled

SIGNALS: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM)
if sys.platform != "win32":
    SIGNALS += (signal.SIGHUP,)


class Cancellation:
    """Listens for SIGNALS while it is entered.

    The first one raises KeyboardInterrupt in the main thread. It is remembered, too, because an
    exception raised inside a callback of a library can get lost: `requested` is what the
    Segmenter asks. Later signals do not disturb the cleaning up.

    process_ends: the process ends after it: signals that come too late are ignored then. Otherwise
    they get back the meaning that they had.
    """

    def __init__(self, process_ends: bool = False) -> None:
        self._process_ends = process_ends
        self._requested = False
        self._held = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Cancellation:
        for number in SIGNALS:
            # Whoever started us with a signal ignored, as nohup does, wants it ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self._process_ends else handler)

    def requested(self) -> bool:
        """True once the user wants the work to stop."""
        return self._requested

    def check(self) -> None:
        """Raises Cancelled once the user wants the work to stop."""
        if self._requested:
            raise Cancelled("Cancelled; nothing was written.")

    @contextmanager
    def held(self) -> Iterator[None]:
        """In here nothing is raised, only remembered: for a few seconds of writing at most."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    @contextmanager
    def loading(self) -> Iterator[None]:
        """For imports: torch aborts the process if an exception is raised while it starts up.

        Raises Cancelled at the end if the user wants the work to stop.
        """
        with self.held():
            yield
        self.check()

    def _receive(self, number: int, frame: FrameType | None) -> None:
        is_first, self._requested = not self._requested, True
        if is_first and not self._held:
            raise KeyboardInterrupt
