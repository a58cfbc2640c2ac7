"""Files that are either there as a whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PancreasSegLib.errors import OutputError

_NO_FOLDER = "{path} cannot be written: the folder {folder} does not exist; create it first."
_NOT_A_FOLDER = "{path} cannot be written: {folder} is not a folder; choose another place."
_DEAD_LINK = (
    "{path} cannot be written: {folder} is a link that leads nowhere; choose another place."
)
_READ_ONLY = (
    "{path} cannot be written: the folder {folder} is read-only for you; choose another folder."
)
_MOST_LINKS = 40  # as in Linux
_FAILED = "{path} cannot be written ({reason}); free some space or choose another folder."


@contextmanager
def atomic_file(path: Path, suffix: str = "") -> Iterator[Path]:
    """Gives the path of an empty file beside `path`, and renames it to `path` at the end.

    If anything goes wrong on the way, the new file is removed and an older one at `path` stays.
    A link stays one: the file that it leads to is replaced. What cannot be replaced is written in
    place: a device node, a pipe, an open stream such as /dev/stdout (the new file then lies in the
    folder for temporary files), a file that is mounted by itself.

    Args:
        path: the file to make or replace.
        suffix: ending of the temporary name, for writers that choose the format by it.

    Raises:
        OutputError: the folder is missing or read-only, or writing failed.
    """
    in_place = is_node(path)
    if not in_place:
        path = behind_link(path)
        check_folder(path)
    folder = Path(tempfile.gettempdir()) if in_place else path.parent
    unfinished = folder / f".pancreasseg-{uuid.uuid4().hex[:12]}{suffix}"
    try:
        unfinished.touch()
        yield unfinished
        if in_place:
            _write_into(path, unfinished)
        else:
            _replace(path, unfinished)
    except OSError as error:
        raise OutputError(_FAILED.format(path=path, reason=error.strerror)) from error
    finally:
        if unfinished.exists():
            unfinished.unlink()


def is_node(path: Path) -> bool:
    """True for what is there and is neither a file nor a folder, such as /dev/null or a pipe.

    And for an open stream of this process, even where that goes to a file.
    """
    try:
        is_neither = path.exists() and not path.is_file() and not path.is_dir()
    except OSError:  # such as a link to itself: told where it is checked
        return False
    return is_neither or _own_stream(path) is not None


def behind_link(path: Path) -> Path:
    """The file that `path` leads to, if it is a link; else `path` as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _own_stream(path: Path) -> int | None:
    """The number of the open stream that `path` means, as /dev/stdout means 1; else None."""
    streams = os.path.realpath("/proc/self/fd")
    for _ in range(_MOST_LINKS):
        if os.path.realpath(path.parent) == streams and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def _replace(path: Path, unfinished: Path) -> None:
    try:
        os.replace(unfinished, path)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        _write_into(path, unfinished)  # a file that is mounted by itself, as into a container


def _write_into(path: Path, unfinished: Path) -> None:
    stream = _own_stream(path)
    # Opened anew, a stream that goes to a file would begin at the file's first byte again.
    target = path.open("wb") if stream is None else os.fdopen(os.dup(stream), "wb")
    with unfinished.open("rb") as source, target:
        shutil.copyfileobj(source, target)


def check_folder(path: Path) -> None:
    """OutputError unless the folder of `path` is there and can be written to."""
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        raise OutputError(_NOT_A_FOLDER.format(path=path, folder=folder))
    if folder.is_symlink() and not folder.exists():
        raise OutputError(_DEAD_LINK.format(path=path, folder=folder))
    if not folder.is_dir():
        raise OutputError(_NO_FOLDER.format(path=path, folder=folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(_READ_ONLY.format(path=path, folder=folder))
