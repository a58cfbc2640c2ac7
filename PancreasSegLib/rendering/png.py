"""Write a picture as PNG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import OutputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.volume.itk_names import itk_new_file


def write_png(picture: np.ndarray, path: str | Path) -> None:
    """Write ``picture``, (rows, columns, 3) uint8 RGB, whole or not at all.

    Raises OutputError if it cannot be written.
    """
    path = Path(path)
    image = sitk.GetImageFromArray(picture, isVector=True)
    with atomic_file(path, suffix=".png") as unfinished, itk_new_file(unfinished) as name:
        try:
            sitk.WriteImage(image, name)
        except RuntimeError as error:
            raise OutputError(
                f"The picture {path} could not be written; free some space on its disk or choose "
                "another folder."
            ) from error
