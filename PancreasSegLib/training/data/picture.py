"""Reading a loose slice: a grey picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import InputError


def read_picture(path: Path) -> np.ndarray:
    """The grey levels (rows, columns) of an 8-bit picture, uint8.

    Raises `InputError` for a file that is no picture, or one in colour or with more bits.
    """
    try:
        levels = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    except RuntimeError:
        raise InputError(f"{path} is not a picture that can be read; save it again.") from None
    if levels.ndim != 2 or levels.dtype != np.uint8:
        raise InputError(f"{path} is not an 8-bit grey picture; save it again as one.")
    return np.asarray(levels)
