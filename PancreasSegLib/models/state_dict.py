"""Plain PyTorch state dicts, read so that a file can never run code."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import torch
from torch import Tensor

from PancreasSegLib.errors import WeightsError


def read_state_dict(content: bytes, path: Path) -> dict[str, Tensor]:
    """The state dict in the `content` of the file `path`, on the CPU; raises `WeightsError`."""
    try:
        state = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise WeightsError(
            f"The weights file {path} cannot be loaded safely; give a plain PyTorch state dict, as"
            " PancreasSegLib.models.weights.save_weights writes it."
        ) from error
    if not isinstance(state, dict) or not all(map(torch.is_tensor, state.values())):
        raise WeightsError(
            f"The weights file {path} holds something else than a plain PyTorch state dict; give"
            " one, as PancreasSegLib.models.weights.save_weights writes it."
        )
    return state
