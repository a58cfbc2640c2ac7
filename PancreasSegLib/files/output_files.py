"""Result files: checked before the work, and written all together or not at all."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PancreasSegLib.errors import OutputError
from PancreasSegLib.files.atomic_file import atomic_file, check_folder, is_node


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
        check_folder(path)


def check_distinct(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """OutputError if one output would overwrite an input or another output."""
    taken = {_place(path) for path in inputs}
    for path in outputs:
        if is_node(path):  # /dev/null may take more than one
            continue
        if _place(path) in taken:
            raise OutputError(
                f"{path} is given twice; give every result a name of its own, other than the "
                "input's."
            )
        taken.add(_place(path))


@contextmanager
def written_together(paths: Iterable[Path]) -> Iterator[dict[Path, Path]]:
    """Gives for every path a temporary file beside it; at the end all get their own names.

    If anything goes wrong on the way, all temporary files are removed and older files stay.
    Raises OutputError, with the names of `paths`.
    """
    with ExitStack() as files:
        unfinished = {path: files.enter_context(atomic_file(path, _suffix(path))) for path in paths}
        try:
            yield unfinished
        except OutputError as error:
            sentence = str(error)
            for path, temporary in unfinished.items():
                sentence = sentence.replace(str(temporary), str(path))
            raise OutputError(sentence) from error


@contextmanager
def filled_folder(folder: Path) -> Iterator[Path]:
    """Gives an empty folder; at the end its files move to `folder`, which is made if need be.

    If anything goes wrong on the way, they are removed, and `folder`, too, if it is new.
    Raises OutputError if `folder` cannot be made or written to.
    """
    check_folder(folder)
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
            yield Path(unfinished)
            for path in sorted(Path(unfinished).iterdir()):
                os.replace(path, folder / path.name)
    finally:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write `content` as a whole or not at all."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    with atomic_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")


def _place(path: Path) -> Path:
    """Without links, also where one of them leads to itself."""
    return Path(os.path.realpath(path))


def _suffix(path: Path) -> str:
    return ".nii.gz" if path.name.lower().endswith(".nii.gz") else path.suffix
