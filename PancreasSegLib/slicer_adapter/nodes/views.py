"""Turning Slicer's views to the result, by their MRML nodes: also without a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import slicer

from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import EvaluationNodes
from PancreasSegLib.slicer_adapter.nodes.segments import segment_mask
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS, to_world

DISTANCE = 1.1
"""Of the camera, in units of what would just show the whole surface."""


def center_on_segment(segmentation_node: Any, segment_id: str) -> bool:
    """Show the segment in all slice views, and from the front in all 3D views.

    The slices go through the voxel that is nearest to the segment's centre of mass: so they show
    the pancreas also where it is bent around that centre. False if the segment is empty.
    """
    mask = segment_mask(segmentation_node, segment_id)
    if mask is None or not mask.array.any():
        return False
    voxels = mask.grid.to_world(np.argwhere(mask.array)[:, ::-1])
    points = to_world(voxels, segmentation_node) @ RAS_LPS[:3, :3]
    nearest = np.linalg.norm(points - points.mean(axis=0), axis=1).argmin()
    jump_slices(segmentation_node.GetScene(), points[nearest])
    low, high = points.min(axis=0), points.max(axis=0)
    _look_from_the_front(segmentation_node.GetScene(), (low + high) / 2, high - low)
    return True


def jump_slices(scene: Any, point: Sequence[float]) -> None:
    """Let all slice views show a point, RAS mm of the world, in their middle."""
    centred = slicer.vtkMRMLSliceNode.CenteredJumpSlice
    slicer.vtkMRMLSliceNode.JumpAllSlices(scene, *(float(value) for value in point), centred)


def show_overlay(node: Any, opacity: float = 0.5) -> None:
    """Lay a volume over the scan in all slice views; with an opacity of 0 take it away."""
    scene = node.GetScene()
    for number in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceCompositeNode")):
        composite = scene.GetNthNodeByClass(number, "vtkMRMLSliceCompositeNode")
        composite.SetForegroundVolumeID(node.GetID() if opacity > 0 else None)
        composite.SetForegroundOpacity(opacity)


def show_evaluation(nodes: EvaluationNodes) -> None:
    """Let the table and plot views, where the layout has them, show a comparison."""
    logic = slicer.app.applicationLogic()
    selection = logic.GetSelectionNode()
    selection.SetActiveTableID(nodes.metrics.GetID())
    logic.PropagateTableSelection()
    selection.SetActivePlotChartID(nodes.chart.GetID())
    logic.PropagatePlotChartSelection()


def _look_from_the_front(scene: Any, centre: np.ndarray, extent: np.ndarray) -> None:
    for number in range(scene.GetNumberOfNodesByClass("vtkMRMLCameraNode")):
        camera = scene.GetNthNodeByClass(number, "vtkMRMLCameraNode")
        radius = max(float(np.linalg.norm(extent)) / 2, 1.0)
        away = DISTANCE * radius / np.sin(np.radians(camera.GetViewAngle()) / 2)
        camera.SetFocalPoint(*centre)
        camera.SetPosition(*(centre + np.array([0.0, away, 0.0])))  # RAS: the patient faces us
        camera.SetViewUp(0.0, 0.0, 1.0)
        camera.ResetClippingRange()
