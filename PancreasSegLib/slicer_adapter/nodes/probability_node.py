"""The probability of pancreas as a volume that Slicer lays over the scan."""

from __future__ import annotations

from typing import Any

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.node_name import free_name
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import Result, on_grid_of
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.volume_node import set_image

REFERENCE_ROLE = "PancreasSeg.probability"
"""On the scan's node: the probability volume of its last run, which a rerun replaces."""

OUTDATED = " (out of date)"

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
    overlay = probability_of(node)
    if overlay is None:
        scene = node.GetScene()
        name = free_name(scene, f"{node.GetName()} pancreas probability")
        overlay = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
        node.SetNodeReferenceID(REFERENCE_ROLE, overlay.GetID())
    set_image(overlay, volume.with_array(volume.array.astype(np.float32)))
    overlay.SetAndObserveTransformNodeID(node.GetTransformNodeID())
    _colour(overlay)
    place_beside(overlay, node)
    return overlay


def probability_of(node: Any) -> Any:
    """The probability volume of the last run on the scan `node`; None if it kept none."""
    return node.GetNodeReference(REFERENCE_ROLE)


def set_probability_aside(node: Any) -> None:
    """The last run on the scan `node` kept no probability: an older run's stays, and says so."""
    overlay = probability_of(node)
    if overlay is not None:
        overlay.SetName(free_name(node.GetScene(), overlay.GetName() + OUTDATED))
        forget_probability(node)


def forget_probability(node: Any) -> None:
    """The scan `node` has no probability volume any more."""
    node.SetNodeReferenceID(REFERENCE_ROLE, None)


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
