"""The surroundings of the pancreas as a volume rendering: light vessels and bones.

Soft tissue is clear, and what lies far from the result is cut away: its surface is seen amid them.
"""

from __future__ import annotations

from typing import Any

import slicer
from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
from vtkmodules.vtkRenderingCore import vtkColorTransferFunction

from PancreasSegLib.slicer_adapter.nodes.roi_node import place_roi, result_box

OPACITY = ((140.0, 0.0), (200.0, 0.03), (300.0, 0.08), (800.0, 0.2))
"""HU, and how much of the light is stopped. Fat, organs and their noise are clear; vessels with
contrast medium (150 to 250 HU), bones and a filled bowel are so thin that what lies behind is
seen. Looked at on two scans of BTCV, with and without a filled bowel."""

COLOUR = (
    (140.0, (0.95, 0.7, 0.65)),
    (250.0, (1.0, 0.92, 0.87)),
    (400.0, (1.0, 1.0, 0.95)),
)
"""HU, and red, green and blue from 0 to 1: pale red vessels, bones of ivory."""

DISPLAY_CLASS = "vtkMRMLVolumeRenderingDisplayNode"
OWNER = "PancreasSeg"
"""Attribute that marks a display node as ours."""


def show_volume_rendering(
    volume_node: Any, visible: bool = True, segmentation_node: Any = None
) -> bool:
    """Show or hide our volume rendering of the scan; made when it is first shown.

    segmentation_node: holds the result around which it is cut out; the whole scan where there is
        none. One that the user made is left alone.

    Returns False where nothing changed: there was none to hide, or it is the user's.
    """
    logic = slicer.modules.volumerendering.logic()
    display = logic.GetFirstVolumeRenderingDisplayNode(volume_node)
    if _is_users(display) or (display is None and not visible):
        return False
    if display is None:
        display = _hidden_rendering(logic, volume_node)
    if visible:
        _cut_out(display, segmentation_node)
    display.SetVisibility(visible)
    return True


def hide_renderings(scene: Any) -> None:
    """Hide all that `show_volume_rendering` has made."""
    for number in range(scene.GetNumberOfNodesByClass(DISPLAY_CLASS)):
        display = scene.GetNthNodeByClass(number, DISPLAY_CLASS)
        if display.GetAttribute(OWNER) is not None:
            display.SetVisibility(False)


def is_rendered_by_user(volume_node: Any) -> bool:
    """True if the scan has a volume rendering that is not ours."""
    logic = slicer.modules.volumerendering.logic()
    return _is_users(logic.GetFirstVolumeRenderingDisplayNode(volume_node))


def _is_users(display: Any) -> bool:
    """True for a display node that somebody else has made."""
    return display is not None and display.GetAttribute(OWNER) is None


def _hidden_rendering(logic: Any, volume_node: Any) -> Any:
    """Our own, not seen yet: a first picture with Slicer's own preset would double the wait."""
    display = logic.CreateVolumeRenderingDisplayNode()
    display.SetVisibility(False)
    display.SetAttribute(OWNER, "True")
    volume_node.GetScene().AddNode(display)
    display.UnRegister(logic)
    volume_node.AddAndObserveDisplayNodeID(display.GetID())
    logic.UpdateDisplayNodeFromVolumeNode(display, volume_node, None, None, False)
    _set_transfer_functions(display.GetVolumePropertyNode())
    return display


def _set_transfer_functions(property_node: Any) -> None:
    opacity, everywhere = vtkPiecewiseFunction(), vtkPiecewiseFunction()
    for value, share in OPACITY:
        opacity.AddPoint(value, share)
    everywhere.AddPoint(0.0, 1.0)  # borders count no more than the inside
    colour = vtkColorTransferFunction()
    for value, rgb in COLOUR:
        colour.AddRGBPoint(value, *rgb)
    property_node.SetScalarOpacity(opacity)
    property_node.SetGradientOpacity(everywhere)
    property_node.SetColor(colour)
    look = property_node.GetVolumeProperty()
    look.ShadeOn()
    look.SetAmbient(0.5)
    look.SetDiffuse(0.6)
    look.SetSpecular(0.1)
    look.SetInterpolationTypeToLinear()


def _cut_out(display: Any, segmentation_node: Any) -> None:
    """Leave of the rendering what lies around the result; all of it if there is none."""
    box = None if segmentation_node is None else result_box(segmentation_node)
    region = display.GetROINode()
    if box is not None:
        if region is None:
            region = _hidden_region(display)
        place_roi(region, box)
    display.SetCroppingEnabled(box is not None)


def _hidden_region(display: Any) -> Any:
    """A region of the rendering alone: in no view, and in no selector."""
    region = slicer.vtkMRMLMarkupsROINode()
    region.SetName("Region of the volume rendering")
    region.SetHideFromEditors(True)
    display.GetScene().AddNode(region)
    region.CreateDefaultDisplayNodes()
    region.SetDisplayVisibility(False)
    display.SetAndObserveROINodeID(region.GetID())
    return region
