"""Names that ITK can take.

SimpleITK hands every name on as UTF-8 and ends the whole process over one that is not, such as a
folder from an old Windows share. Where a name is not, ITK gets links with plain names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PancreasSegLib.volume.folder_files import files_below

ITK_FAILURES = (RuntimeError, UnicodeDecodeError)
"""The second where ITK's message quotes the operating system's in a locale that is not UTF-8."""


@contextmanager
def itk_file(path: Path) -> Iterator[str]:
    """A name of the file `path`, in whose folder the files beside it are found as well."""
    if _can_be_taken(path):
        yield str(path)
        return
    with TemporaryDirectory(prefix="pancreasseg-") as links:
        for beside in path.parent.iterdir():  # a header's data file is searched beside it
            (Path(links) / beside.name).symlink_to(beside.absolute())
        plain = Path(links) / f"pancreasseg-scan{path.suffix}"
        plain.symlink_to(path.absolute())
        yield str(plain)


@contextmanager
def itk_new_file(path: Path) -> Iterator[str]:
    """A name under which ITK can write the file `path`, whose own name is plain."""
    if _can_be_taken(path):
        yield str(path)
        return
    with TemporaryDirectory(prefix="pancreasseg-") as links:
        folder = Path(links) / "folder"
        folder.symlink_to(path.parent.absolute(), target_is_directory=True)
        yield str(folder / path.name)


@contextmanager
def itk_folder(folder: Path) -> Iterator[dict[str, Path]]:
    """The files of a folder (`files_below`), by the names that ITK is to use."""
    files = files_below(folder)
    if all(_can_be_taken(path) for path in files):
        yield {str(path): path for path in files}
        return
    with TemporaryDirectory(prefix="pancreasseg-") as links:
        names = {}
        for number, path in enumerate(files):
            link = Path(links) / f"{number:06d}"
            link.symlink_to(path.absolute())
            names[str(link)] = path
        yield names


def _can_be_taken(path: Path) -> bool:
    try:
        return os.fsencode(path) == str(path).encode()
    except UnicodeEncodeError:
        return False
