"""The grey values of other organs, where a network knows those beside the pancreas."""

import numpy as np
from torch import Tensor

from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.volume.volume import Volume

LEAST_ML = 2.0
"""Less of an organ tells nothing of it."""


def organs_hu(maps: Tensor, seen: Volume, manifest: Manifest) -> dict[str, float]:
    """The median HU of each organ of which the network sees LEAST_ML or more.

    maps: what a network of several classes is `kept` of, (T, 1 + classes, H, W). seen: what it was
    shown, windowed to [0, 1], so that no organ is darker or brighter than the window's ends.
    Nothing for a network that knows the pancreas alone, or another window than one of HU.
    """
    window = manifest.window
    if not manifest.organs or window.kind != "hu":
        return {}
    classes = maps[:, 1:].argmax(dim=1).numpy()
    found = {}
    for number, organ in enumerate(manifest.organs, start=2):
        grey = seen.array[classes == number]
        if grey.size * seen.grid.voxel_ml >= LEAST_ML:
            found[organ] = float(np.median(grey)) * (window.high - window.low) + window.low
    return found
