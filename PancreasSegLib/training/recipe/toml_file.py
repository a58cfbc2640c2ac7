"""A TOML file that a person wrote: a training's configuration, an experiment's definition."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of `path`.

    Raises `InputError` where it is not TOML, and OSError where it cannot be opened: the caller
    knows what file it was to be.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a TOML file ({error}); correct it.") from None
