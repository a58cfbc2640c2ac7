"""Turning Slicer's views to the result, by their MRML nodes: also without a window."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import slicer
import slicer.util

from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import EvaluationNodes
from PancreasSegLib.slicer_adapter.nodes.segments import segment_mask
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS, to_world

DISTANCE = 1.1
"""Of the camera, in units of what would just show the whole surface."""

BEFORE = "PancreasSeg.overlay"
"""Attribute of a slice view where we laid a volume over the scan, as JSON: its id, and id and
opacity of what lay there before."""


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


def show_volume(volume_node: Any) -> None:
    """Let all slice views show a scan, fitted to it; what lies over it stays."""
    slicer.util.setSliceViewerLayers(background=volume_node, fit=True)


def show_overlay(node: Any, opacity: float = 0.5) -> None:
    """Lay a volume over the scan in all slice views."""
    for composite in _composites(node.GetScene()):
        lying = composite.GetForegroundVolumeID(), composite.GetForegroundOpacity()
        before = _covered(composite) or lying
        composite.SetAttribute(BEFORE, json.dumps([node.GetID(), *before]))
        composite.SetForegroundVolumeID(node.GetID())
        composite.SetForegroundOpacity(opacity)


def remove_overlays(scene: Any) -> None:
    """Take away all that `show_overlay` laid over scans.

    What lay there before comes back; a volume that the user laid there since stays.
    """
    for composite in _composites(scene):
        _take_away(composite)


def show_evaluation(nodes: EvaluationNodes) -> None:
    """Let the table and plot views, where the layout has them, show a comparison."""
    logic = slicer.app.applicationLogic()
    selection = logic.GetSelectionNode()
    selection.SetActiveTableID(nodes.metrics.GetID())
    logic.PropagateTableSelection()
    selection.SetActivePlotChartID(nodes.chart.GetID())
    logic.PropagatePlotChartSelection()


def _composites(scene: Any) -> list[Any]:
    kind = "vtkMRMLSliceCompositeNode"
    return [scene.GetNthNodeByClass(n, kind) for n in range(scene.GetNumberOfNodesByClass(kind))]


def _take_away(composite: Any) -> None:
    before = _covered(composite)
    if before is not None:
        lay, scene = before[0], composite.GetScene()
        composite.SetForegroundVolumeID(lay if lay and scene.GetNodeByID(lay) else None)
        composite.SetForegroundOpacity(before[1])
    if composite.GetAttribute(BEFORE) is not None:
        composite.RemoveAttribute(BEFORE)


def _covered(composite: Any) -> tuple[str | None, float] | None:
    """Id and opacity of what lay there before a volume of ours; None if none of ours lies there.

    One that was deleted since has left its place empty.
    """
    known = composite.GetAttribute(BEFORE)
    if known is None:
        return None
    ours, before, opacity = json.loads(known)
    shown = composite.GetForegroundVolumeID()
    is_deleted = shown is None and composite.GetScene().GetNodeByID(ours) is None
    return (before, opacity) if shown == ours or is_deleted else None


def _look_from_the_front(scene: Any, centre: np.ndarray, extent: np.ndarray) -> None:
    for number in range(scene.GetNumberOfNodesByClass("vtkMRMLCameraNode")):
        camera = scene.GetNthNodeByClass(number, "vtkMRMLCameraNode")
        radius = max(float(np.linalg.norm(extent)) / 2, 1.0)
        away = DISTANCE * radius / np.sin(np.radians(camera.GetViewAngle()) / 2)
        camera.SetFocalPoint(*centre)
        camera.SetPosition(*(centre + np.array([0.0, away, 0.0])))  # RAS: the patient faces us
        camera.SetViewUp(0.0, 0.0, 1.0)
        camera.ResetClippingRange()
