"""The files of a scan that is given as a folder, wherever in it they lie."""

from __future__ import annotations

import os
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.refusals import UNREADABLE_FOLDER


def files_below(folder: Path) -> list[Path]:
    """The regular files of a folder and of all folders in it, sorted; linked ones are followed.

    Each folder counts once, however many links lead to it, and none in which `folder` itself lies.
    Raises InputError for a folder that cannot be opened: a part of the scan may lie in it.
    """
    home = folder.resolve()
    files: list[Path] = []
    known: set[Path] = set()
    waiting = [folder]
    while waiting:
        start = waiting.pop(0)
        if start != folder and home.is_relative_to(start.resolve()):
            continue
        for place, folders, names in os.walk(start, onerror=_refuse):  # without the linked ones
            here = Path(place)
            if here.resolve() in known:
                folders.clear()
                continue
            known.add(here.resolve())
            files += [here / name for name in names if (here / name).is_file()]
            waiting += [here / name for name in sorted(folders) if (here / name).is_symlink()]
    return sorted(files)


def _refuse(error: OSError) -> None:
    raise InputError(UNREADABLE_FOLDER.format(path=error.filename, reason=error.strerror))
