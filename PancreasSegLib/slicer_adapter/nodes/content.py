"""What a mask holds and where that lies, so that a later change of it is seen."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from PancreasSegLib.slicer_adapter.nodes.transforms import to_world
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.volume import Volume

SAME_MM = 0.01
"""Files keep positions less exactly than the scene does."""

_CORNERS = 2  # per axis
_POINTS = 5  # per axis: a non-linear transform is watched at these


def content_of(mask: Volume | None, node: Any = None) -> dict[str, Any]:
    """Voxels (their hash) and places (LPS mm, in the box around them), for JSON.

    The same before and after the scene is saved, however much empty space is stored around it.

    node: whose transforms take the places into the world; without it they are the mask's own.
    """
    box = None if mask is None else Box.of(mask.array)
    if mask is None or box is None:
        return {"voxels": "", "places": []}
    inside = np.packbits(mask.array[box.slices] != 0)
    number = _CORNERS if node is None else _POINTS
    steps = [
        np.linspace(first, last - 1, number)
        for first, last in zip(box.start[::-1], box.stop[::-1], strict=True)
    ]
    index = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    places = mask.grid.to_world(index)
    if node is not None:
        places = to_world(places, node)
    return {
        "voxels": hashlib.sha256(inside.tobytes()).hexdigest(),
        "places": np.round(places, 4).ravel().tolist(),
    }


def is_same_content(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Are the voxels the same, in the same place?"""
    if one["voxels"] != other["voxels"] or len(one["places"]) != len(other["places"]):
        return False
    return np.allclose(one["places"], other["places"], rtol=0, atol=SAME_MM)
