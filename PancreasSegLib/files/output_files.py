"""Result files: checked before the work, and written all together or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from PancreasSegLib.errors import OutputError
from PancreasSegLib.files.atomic_file import (
    behind_link,
    check_folder,
    hidden_name,
    is_node,
    put,
    told_if_it_withstands,
    unfinished_file,
)


def check_file(path: Path) -> None:
    """OutputError if no file could be written to `path`."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        is_folder = False
    except OSError as error:  # such as a name that is too long
        raise OutputError(
            f"{path} cannot be written ({error.strerror}); choose another name."
        ) from error
    if is_folder:
        raise OutputError(f"{path} cannot be written: it is a folder; give the name of a file.")
    if not is_node(path):
        check_folder(behind_link(path))


def check_distinct(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """OutputError if one output would overwrite an input or another output."""
    taken = {place for path in inputs for place in _places(path)}
    for path in outputs:
        if is_node(path):  # /dev/null may take more than one
            continue
        if taken & _places(path):
            raise OutputError(
                f"{path} is given twice; give every result a name of its own, other than the "
                "input's."
            )
        taken |= _places(path)


@contextmanager
def written_together(paths: Iterable[Path]) -> Iterator[dict[Path, Path]]:
    """Gives for every path a temporary file beside it; at the end all get their own names.

    They get them in the order of `paths`: the record of what is there comes last.
    If anything goes wrong on the way, all temporary files are removed and older files stay; if the
    process is killed, what is left is older as a whole or new as a whole, perhaps not complete.
    Raises OutputError, with the names of `paths`.
    """
    with ExitStack() as files:
        unfinished = {
            path: files.enter_context(unfinished_file(path, _suffix(path))) for path in paths
        }
        with _told_by_the_names({temporary: path for path, temporary in unfinished.items()}):
            yield unfinished
        _put_all(unfinished)


@contextmanager
def filled_folder(folder: Path) -> Iterator[Path]:
    """Gives an empty folder; at the end its files move to `folder`, which is made if need be.

    If anything goes wrong on the way, they are removed, and `folder`, too, if it is new.
    Raises OutputError if `folder` cannot be made or written to.
    """
    check_folder(folder)
    if folder.is_symlink():
        check_folder(folder / "any file")
    try:
        is_new = not folder.exists()
        if is_new:
            folder.mkdir()
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made ({error.strerror}); choose another name."
        ) from error
    check_folder(folder / "any file")
    try:
        with TemporaryDirectory(dir=folder, prefix=".pancreasseg-") as unfinished:
            with _told_by_the_names({Path(unfinished): folder}):
                yield Path(unfinished)
            _put_all({folder / one.name: one for one in sorted(Path(unfinished).iterdir())})
    except OSError as error:  # such as a full disk, whatever met it first
        raise OutputError(
            f"The folder {folder} cannot be filled ({error.strerror}); free some space or choose "
            "another one."
        ) from error
    finally:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()


def _put_all(unfinished: Mapping[Path, Path]) -> None:
    """Give all files their own names, in this order, or none of them.

    All older ones step aside before the first new one comes, the last of them first.
    """
    unfinished = {behind_link(path): temporary for path, temporary in unfinished.items()}
    new = [path for path in unfinished if not os.path.lexists(path)]
    older: dict[Path, Path] = {}
    try:
        if len(unfinished) > 1:
            for path in reversed(list(unfinished)):
                _set_aside(path, older)
        for path, temporary in unfinished.items():
            put(temporary, path)
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        for path, aside in older.items():
            if os.path.lexists(aside):
                path.unlink(missing_ok=True)
                aside.rename(path)
        raise
    for aside in older.values():
        with suppress(OSError):  # all results are there; a hidden file more is no failure
            aside.unlink()


def _set_aside(path: Path, older: dict[Path, Path]) -> None:
    """Rename a file, and note in `older` where; nothing else can be replaced."""
    if is_node(path) or not path.is_file():
        return
    older[path] = path.with_name(hidden_name())
    try:
        with told_if_it_withstands(path):
            path.rename(older[path])
    except OSError as error:
        if error.errno != errno.EBUSY:  # a file that is mounted by itself: `put` writes into it
            raise


@contextmanager
def _told_by_the_names(names: Mapping[Path, Path]) -> Iterator[None]:
    """An OutputError in here tells the user's own names in place of the temporary ones."""
    try:
        yield
    except OutputError as error:
        sentence = str(error)
        for temporary, path in names.items():
            sentence = sentence.replace(str(temporary), str(path))
        raise type(error)(sentence) from error


def _places(path: Path) -> set[str | tuple[int, int]]:
    """What tells a file: its path without links, and its number on the disk if it is there.

    The same file may have two paths without a link: in a folder that is mounted twice, or where
    the disk takes `Scan` and `scan` for one name.
    """
    places: set[str | tuple[int, int]] = {os.path.realpath(path)}
    with suppress(OSError):  # it is not there, or a link leads to itself
        status = path.stat()
        places.add((status.st_dev, status.st_ino))
    return places


def _suffix(path: Path) -> str:
    return ".nii.gz" if path.name.lower().endswith(".nii.gz") else path.suffix
