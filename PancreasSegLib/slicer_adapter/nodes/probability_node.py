"""The probability of pancreas as a volume that Slicer lays over the scan."""

from __future__ import annotations

from typing import Any

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import Result, on_grid_of
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.volume_node import set_image

REFERENCE_ROLE = "PancreasSeg.probability"
"""On the scan's node: the probability volume that a rerun replaces."""

COLOURS = "vtkMRMLColorTableNodeFileViridis.txt"
FALLBACK_COLOURS = "vtkMRMLColorTableNodeRainbow"
LEAST_SHOWN = 0.2
"""What is less likely lies like a haze around the pancreas, far wider than any mask."""


def put_probability(node: Any, result: Result) -> Any:
    """Put the probability of the scan `node` into a scalar volume beside it, and return that.

    float32 from 0 to 1, on the scan's own grid and under its transform; below 0.2 it is
    see-through. Running twice replaces it.

    Raises InputError if the engine was not asked to keep the probability, or as `put_result`.
    """
    if result.probability is None:
        raise InputError("The probability was not kept; segment the volume again with it.")
    volume = on_grid_of(node, result.probability, binary=False)
    overlay = node.GetNodeReference(REFERENCE_ROLE)
    if overlay is None:
        overlay = node.GetScene().AddNewNodeByClass(
            "vtkMRMLScalarVolumeNode", f"{node.GetName()} pancreas probability"
        )
        node.SetNodeReferenceID(REFERENCE_ROLE, overlay.GetID())
    set_image(overlay, volume.with_array(volume.array.astype(np.float32)))
    overlay.SetAndObserveTransformNodeID(node.GetTransformNodeID())
    _colour(overlay)
    place_beside(overlay, node)
    return overlay


def _colour(overlay: Any) -> None:
    overlay.CreateDefaultDisplayNodes()
    display = overlay.GetDisplayNode()
    known = overlay.GetScene().GetNodeByID(COLOURS) is not None
    display.SetAndObserveColorNodeID(COLOURS if known else FALLBACK_COLOURS)
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0.0, 1.0)
    display.AutoThresholdOff()
    display.SetThreshold(LEAST_SHOWN, 1.0)
    display.ApplyThresholdOn()
