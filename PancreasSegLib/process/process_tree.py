"""A program and the programs that it starts, ended together.

On Linux and macOS the program leads a session of its own, so its process group holds its children
and theirs; one that makes itself a session escapes, and nothing in PancreasSeg does. On Windows
the system's `taskkill /T /F` finds the children by their parents; there is no polite way to end a
program without a window there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows alone a program opens a console window by itself."""


class ProcessTree:
    """Starts `command`; OSError if it cannot be started.

    log: a file that takes what the program says, on both of its streams.
    stdout, stderr: without a log, text, with a sign for every byte that is not UTF-8.
    ended: set once the program and its children are gone.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: IO[str] | None = None
    ) -> None:
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if log is None else log,
            stderr=subprocess.PIPE if log is None else subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            creationflags=HIDDEN,
        )
        self._lock = threading.Lock()
        self.ended = threading.Event()

    @property
    def pid(self) -> int:
        """The program's process number."""
        return self._process.pid

    @property
    def stdout(self) -> IO[str]:
        """The program's standard output."""
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def stderr(self) -> IO[str]:
        """The program's error stream."""
        assert self._process.stderr is not None
        return self._process.stderr

    def terminate(self) -> None:
        """Ask all of them to end (on Windows: as `kill`)."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End all of them at once."""
        self._signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    def wait(self) -> int:
        """Wait until the program ends, and end what it left behind: its exit code (-9: SIGKILL)."""
        code = self._process.wait()
        self.kill()
        with self._lock:
            self.ended.set()
        return code

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            # Later the number may be that of somebody else's process.
            if not self.ended.is_set():
                _send_to_all(self.pid, number)


if sys.platform == "win32":

    def _send_to_all(pid: int, number: signal.Signals) -> None:
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(pid)],
            capture_output=True,
            check=False,
            creationflags=HIDDEN,
        )

else:

    def _send_to_all(pid: int, number: signal.Signals) -> None:
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            # Nobody is left; macOS says it in the second way while they wait to be buried.
            return
