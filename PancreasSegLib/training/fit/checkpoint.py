"""Checkpoints: written whole or not at all, read back by the safe loader."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.atomic_file import atomic_file


def save_checkpoint(path: Path, **state: Any) -> None:
    """Write `state` (tensors, state dicts, numbers, strings) so that a kill leaves the old one.

    Raises `OutputError` where it cannot be written.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with atomic_file(path) as unfinished:
        unfinished.write_bytes(buffer.getbuffer())


def load_checkpoint(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read a checkpoint. Raises `InputError` where it cannot be read."""
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise InputError(
            f"The checkpoint {path} cannot be read; delete it to start this stage again."
        ) from error
    return state
