"""JSON for people and programs, written as a whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PancreasSegLib.files.atomic_file import atomic_file


def write_json(content: Any, path: Path) -> None:
    """Write `content` as UTF-8; OutputError if it cannot be written.

    The bytes of a file name that is not UTF-8 are written as JSON's own escapes, and come back.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    with atomic_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
