"""The surroundings of the pancreas as a volume rendering."""

from __future__ import annotations

from typing import Any

import slicer

PRESET = "CT-Chest-Contrast-Enhanced"

DISPLAY_CLASS = "vtkMRMLVolumeRenderingDisplayNode"
OWNER = "PancreasSeg"
"""Attribute that marks a display node as ours."""


def show_volume_rendering(volume_node: Any, visible: bool = True, preset: str = PRESET) -> bool:
    """Show or hide our volume rendering of the scan; made when it is first shown.

    One that the user made is left alone.

    Returns False where nothing changed: there was none to hide, or it is the user's.
    """
    logic = slicer.modules.volumerendering.logic()
    display = logic.GetFirstVolumeRenderingDisplayNode(volume_node)
    if _is_users(display) or (display is None and not visible):
        return False
    if display is None:
        display = logic.CreateDefaultVolumeRenderingNodes(volume_node)
        display.SetAttribute(OWNER, "True")
        known = logic.GetPresetByName(preset)
        if known is not None:
            display.GetVolumePropertyNode().Copy(known)
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
