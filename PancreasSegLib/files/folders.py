"""Folders for what is written."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.errors import OutputError


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it. Raises `OutputError` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made ({error.strerror}); choose another one."
        ) from None
