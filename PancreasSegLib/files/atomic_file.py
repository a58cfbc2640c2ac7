"""Files that are either there as a whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PancreasSegLib.errors import NotReplaced, OutputError

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
_HELD = (
    "{path} cannot be replaced ({reason}); close the program that has it open, or choose another"
    " name."
)


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
        OutputError: the folder is missing or read-only, or writing failed; `NotReplaced` if an
            older file could not be replaced.
    """
    with unfinished_file(path, suffix) as unfinished:
        yield unfinished
        put(unfinished, path)


@contextmanager
def unfinished_file(path: Path, suffix: str = "") -> Iterator[Path]:
    """`atomic_file` but for its end: the new file is removed unless it was `put` to `path`."""
    path, in_place = behind_link(path), is_node(path)
    if not in_place:
        check_folder(path)
    folder = Path(tempfile.gettempdir()) if in_place else path.parent
    unfinished = folder / hidden_name(suffix)
    try:
        unfinished.touch()
        yield unfinished
    except OSError as error:
        raise OutputError(_FAILED.format(path=path, reason=error.strerror)) from error
    finally:
        with suppress(PermissionError):  # of a folder that became read-only, which is told already
            unfinished.unlink(missing_ok=True)


def hidden_name(suffix: str = "") -> str:
    """A file name that nobody has taken, for what is there for moments."""
    return f".pancreasseg-{uuid.uuid4().hex[:12]}{suffix}"


def put(unfinished: Path, path: Path) -> None:
    """Give `unfinished` its own name, as `atomic_file` does at the end, and raise what it does."""
    try:
        if is_node(path):
            _write_into(path, unfinished)
            return
        with told_if_it_withstands(path):
            os.replace(unfinished, behind_link(path))
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise OutputError(_FAILED.format(path=path, reason=error.strerror)) from error
        _write_into(path, unfinished)  # a file that is mounted by itself, as into a container


@contextmanager
def told_if_it_withstands(path: Path) -> Iterator[None]:
    """`NotReplaced` if `path` cannot be renamed or replaced in here, but others beside it can."""
    try:
        yield
    except (PermissionError, IsADirectoryError) as error:
        check_folder(path)
        raise NotReplaced(_HELD.format(path=path, reason=error.strerror)) from error


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
    return Path(os.path.realpath(path)) if path.is_symlink() and not is_node(path) else path


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
