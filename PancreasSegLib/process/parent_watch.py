"""A child process does not outlive the program that asked for its work."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from PancreasSegLib.process.exit_codes import FAILED

SECONDS_BETWEEN_LOOKS = 0.5


def end_with_parent(pid: int, folder: Path | None = None) -> None:
    """From now on end this process when process `pid` ends, and remove its private `folder`."""
    threading.Thread(target=_watch, args=(pid, folder), daemon=True).start()


def leave_orphaned(folder: Path | None) -> NoReturn:
    """Nobody waits for the result any more, and nobody else would remove the scan."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(FAILED)


def _watch(pid: int, folder: Path | None) -> None:
    # Neither os.getppid nor the end of standard input would do: PythonSlicer starts the real
    # Python as its own child.
    while is_alive(pid):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    leave_orphaned(folder)


if sys.platform == "win32":

    def is_alive(pid: int) -> bool:
        """Is there a process with this number?"""
        import ctypes

        synchronize, still_running = 0x00100000, 0x00000102
        kernel = ctypes.windll.kernel32
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = ctypes.c_void_p(kernel.OpenProcess(synchronize, False, pid))
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == still_running)
        finally:
            kernel.CloseHandle(handle)

else:

    def is_alive(pid: int) -> bool:
        """Is there a process with this number?"""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
