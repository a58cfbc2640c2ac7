"""A trunk that was trained by others, from a local file: nothing is ever downloaded."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from torch import Tensor

from PancreasSegLib.errors import WeightsError


def read_trunk(path: Path) -> dict[str, Tensor]:
    """The state dict in `path`, by the safe loader.

    Raises `WeightsError` where there is none, or something else.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise WeightsError(
            f"There is no {path} to take the trunk from; give the file of torchvision's vgg16, or"
            " take 'trunk' out of the configuration."
        ) from None
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise WeightsError(
            f"The trunk {path} cannot be loaded safely; give a plain PyTorch state dict."
        ) from error
    if not isinstance(state, dict) or not all(map(torch.is_tensor, state.values())):
        raise WeightsError(f"The trunk {path} is no plain PyTorch state dict; give one.")
    return state
