"""A trunk that was trained by others, from a local file: nothing is ever downloaded."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models.state_dict import read_state_dict


def read_trunk(path: Path) -> dict[str, Tensor]:
    """The state dict in `path`, by the safe loader.

    Raises `WeightsError` where there is none, or something else.
    """
    try:
        return read_state_dict(path.read_bytes(), path)
    except OSError as error:
        raise WeightsError(
            f"The trunk {path} cannot be read ({error}); give the file of torchvision's vgg16, or"
            " take 'trunk' out of the configuration."
        ) from None
