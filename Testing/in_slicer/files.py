"""Files for the checks, and the user who answers Qt's file dialogs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import qt
import slicer.util

from Testing.in_slicer.watcher import expect_dialog


@contextmanager
def own_folder() -> Iterator[Path]:
    """An empty folder, with a name that people give to folders; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="Ünsere Fälle "))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def answer_file_dialog(path: Path, file_type: str = "") -> None:
    """In the next file dialog choose a type by a part of its name, type a path, and click.

    A path that is a folder: the name that the dialog proposes stays.
    """

    def answer(dialog: Any) -> None:
        edit = slicer.util.findChild(dialog, "fileNameEdit")
        if file_type:
            kinds = [one for one in dialog.nameFilters() if file_type in one]
            dialog.selectNameFilter(kinds[0])
        name = path / Path(edit.text).name if path.is_dir() else path
        edit.text = str(name)
        box = slicer.util.findChild(dialog, "buttonBox")
        save = box.button(qt.QDialogButtonBox.Save)
        (save or box.button(qt.QDialogButtonBox.Open)).click()

    expect_dialog(answer)


def close_dialog(dialog: Any) -> str:
    """Close a file dialog without an answer; the name that it proposed."""
    name = str(slicer.util.findChild(dialog, "fileNameEdit").text)
    dialog.close()
    return name
