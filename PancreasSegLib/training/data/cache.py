"""Stacks on the training grid are made once and kept as files."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.training.data.stack import Stack, Stored

FORMAT = 2
"""Goes up when the way to make or to keep a stack changes: older files are then left alone."""


def cached(folder: Path, name: str, made_from: list[Any], make: Callable[[], Stack]) -> Stack:
    """The stack `name`: `make` is called once, then its file in `folder` is read.

    `made_from` is all that the stack depends on, ready for JSON; the file's name changes with it.
    Raises `InputError` where the file is damaged.
    """
    key = hashlib.sha256(json.dumps([FORMAT, *made_from]).encode()).hexdigest()[:16]
    path = folder / f"{name}-{key}.npz"
    if path.is_file():
        return _read(path, name)
    stack = make()
    _write(path, stack)
    return stack


def _write(path: Path, stack: Stack) -> None:
    stored = None if stack.stored is None else asdict(stack.stored)
    about = json.dumps({"loose": stack.loose, "stored": stored})
    with atomic_file(path, ".npz") as unfinished:
        arrays: dict[str, Any] = {"image": stack.image, "mask": stack.mask, "about": about}
        optional = {"organs": stack.organs, "tissues": stack.tissues}
        arrays |= {name: array for name, array in optional.items() if array is not None}
        np.savez_compressed(unfinished, **arrays)


def _read(path: Path, name: str) -> Stack:
    try:
        with np.load(path) as content:
            about = json.loads(str(content["about"]))
            stored = about["stored"]
            if stored is not None:
                stored = Stored(**{field: tuple(values) for field, values in stored.items()})
            optional = {part: content.get(part) for part in ("organs", "tissues")}
            image, mask = content["image"], content["mask"]
            return Stack(name, image, mask, about["loose"], stored, **optional)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise InputError(f"The cached scan {path} is damaged; delete it.") from error
