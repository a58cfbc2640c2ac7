"""A file by which one process at a time does a piece of work; a process that ends lets it go."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.atomic_file import check_folder

PATIENCE_SECONDS = 15.0
"""A process whose parent was killed ends within a second."""

SECONDS_BETWEEN_TRIES = 0.2


class Held(InputError):  # noqa: N818 - named after what happened, as the other errors
    """Another process is at the same piece of work."""


def held(folder: Path) -> Held:
    """For work in `folder` that another process is at."""
    return Held(f"Another process works in {folder}; wait for its end, or end it.")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """While it is entered, no other process enters it for the same `path`.

    Raises `Held` where another process holds it for longer than PATIENCE_SECONDS, and
    `OutputError` where it cannot be made.
    """
    check_folder(path)
    try:
        opened = path.open("a", encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror}); choose another folder."
        ) from None
    with opened as file:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _try_to_lock(file):
            if time.monotonic() > until:
                raise held(path.parent)
            time.sleep(SECONDS_BETWEEN_TRIES)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_to_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_to_lock(file: IO[str]) -> bool:
        # Unlike flock's, such a lock is not handed on to the processes that this one starts.
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
