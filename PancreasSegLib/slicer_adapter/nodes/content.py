"""What a part of a node holds and where that lies, so that a later change of it is seen."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from PancreasSegLib.slicer_adapter.nodes.reference import part_mask
from PancreasSegLib.slicer_adapter.nodes.segments import SEGMENTATION_CLASS
from PancreasSegLib.slicer_adapter.nodes.transforms import to_world
from PancreasSegLib.volume.box import Box

SAME_MM = 0.01
"""Files keep positions less exactly than the scene does."""

_POINTS = 5  # per axis: a non-linear transform is watched at these


def content_of(node: Any, part: str) -> dict[str, Any]:
    """Voxels (their hash) and places (LPS mm of the world, along the box around them), for JSON.

    The same before and after the scene is saved, however much empty space is stored around it.
    """
    mask = part_mask(node, part)
    box = None if mask is None else Box.of(mask.array)
    if mask is None or box is None:
        return {"voxels": "", "places": []}
    inside = np.packbits(mask.array[box.slices] != 0)
    steps = [
        np.linspace(first, last - 1, _POINTS)
        for first, last in zip(box.start[::-1], box.stop[::-1], strict=True)
    ]
    index = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    places = to_world(mask.grid.to_world(index), node)
    return {
        "voxels": hashlib.sha256(inside.tobytes()).hexdigest(),
        "places": np.round(places, 4).ravel().tolist(),
    }


def is_same_content(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Are the voxels the same, in the same place?"""
    if one["voxels"] != other["voxels"] or len(one["places"]) != len(other["places"]):
        return False
    return np.allclose(one["places"], other["places"], rtol=0, atol=SAME_MM)


def content_time(node: Any, part: str) -> tuple[int, ...]:
    """Changes whenever `content_of` may have changed; cheap, and for this session only."""
    parent = node.GetParentTransformNode()
    moved = 0 if parent is None else parent.GetTransformToWorldMTime()
    if node.GetClassName() != SEGMENTATION_CLASS:
        image = node.GetImageData()
        return moved, node.GetMTime(), 0 if image is None else image.GetMTime()
    segmentation = node.GetSegmentation()
    stored = segmentation.GetSegment(part).GetRepresentation(
        segmentation.GetSourceRepresentationName()
    )
    return moved, 0 if stored is None else stored.GetMTime()
