"""Starting a real Slicer with this checkout's module, and seeing what it leaves behind.

The standard library only: it runs in any Python, outside of Slicer.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "PANCREASSEG_IN_SLICER"
"""In the environment of Slicer and of all that it starts: the folder of this run."""

SCREEN = "-screen 0 1366x768x24"


def go_on_under_a_screen() -> None:
    """On Linux without a display, start this program anew under `xvfb-run`, which ends with it."""
    if sys.platform != "linux" or "DISPLAY" in os.environ:
        return
    if shutil.which("xvfb-run") is None:
        sys.exit("There is no display and no xvfb-run; on Debian: apt-get install xvfb xauth")
    command = ["xvfb-run", "--auto-servernum", f"--server-args={SCREEN}", sys.executable]
    os.execvp(command[0], [*command, *sys.argv])


class SlicerProcess:
    """One Slicer that runs a Python script; what it prints goes to a file."""

    def __init__(
        self, slicer: Path, script: Path, arguments: list[str], folder: Path, window: bool = True
    ) -> None:
        self.folder = folder
        self.temporary = folder / f"temporary-{arguments[0]}"
        self.temporary.mkdir()
        self.log = folder / f"{arguments[0]}.log"
        command = [
            str(slicer),
            "--no-splash",
            *([] if window else ["--no-main-window"]),
            "--disable-settings",
            "--additional-module-paths",
            str(ROOT / "PancreasSeg"),
            "--python-script",
            str(script),
            *arguments,
        ]
        environment = {**os.environ, MARK: str(folder)}
        # A Slicer built without it hands the option --ignore-slicerrc on to the script.
        environment["SLICERRC"] = os.devnull
        # On Linux Slicer gives its whole process, not only a thread, the lowest priority.
        environment.setdefault("SLICER_BACKGROUND_THREAD_PRIORITY", "0")
        # Where there is none Qt makes one in the folder for temporary files, and leaves it there.
        environment.setdefault("XDG_RUNTIME_DIR", str(folder))
        for name in ("TMPDIR", "TEMP", "TMP"):
            environment[name] = str(self.temporary)
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> int | None:
        """The exit code; None if it did not end in time and was killed."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self._kill()

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def survivors(self, seconds: float = 5) -> list[str]:
        """The commands of processes that still run some time after its end; they are ended here.

        Only Linux can be asked; elsewhere the list is empty.
        """
        stop = time.monotonic() + seconds
        while (running := marked_processes(self.folder)) and time.monotonic() < stop:
            time.sleep(0.1)
        for pid in running:
            kill(pid)
        return list(running.values())

    def _kill(self) -> None:
        if self._process.poll() is None:
            for pid in [self._process.pid, *marked_processes(self.folder)]:
                kill(pid)
            self._process.wait()


def marked_processes(folder: str | Path) -> dict[int, str]:
    """Process number and command of all that the run in `folder` started (Linux)."""
    mark = f"{MARK}={folder}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark in (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").strip()
        except OSError:  # of another user, or gone meanwhile
            continue
        if marked and command:  # a dead process that nobody has asked about has no command
            found[int(process.name)] = command.decode(errors="replace")
    return found


def kill(pid: int) -> None:
    """End a process that may be gone already."""
    try:
        os.kill(pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    except ProcessLookupError:
        return
