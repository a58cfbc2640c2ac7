"""The synthetic CT as sample data of Slicer: made on this computer, of nobody's body."""

from __future__ import annotations

from typing import Any

import slicer
import slicer.util

from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import segmentation_for
from PancreasSegLib.slicer_adapter.nodes.volume_node import set_image

NAME = "Synthetic CT (not a patient)"
GREEN = (0.5, 0.8, 0.5)


def add_synthetic_scan(
    seed: int = 0, spacing_mm: tuple[float, float, float] = (1.0, 1.0, 2.5)
) -> tuple[Any, Any]:
    """Add the phantom's scan and its true pancreas to the scene: volume and segmentation node."""
    phantom = synthetic_ct(seed, spacing_mm)
    volume_node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", NAME)
    set_image(volume_node, phantom.image)
    volume_node.CreateDefaultDisplayNodes()
    reference_node = segmentation_for(volume_node)
    reference_node.SetName(f"{NAME}: true pancreas")
    segment_id = reference_node.GetSegmentation().AddEmptySegment("", "True pancreas", GREEN)
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        phantom.pancreas.array, reference_node, segment_id, volume_node
    )
    reference_node.GetDisplayNode().SetVisibility(False)
    return volume_node, reference_node
