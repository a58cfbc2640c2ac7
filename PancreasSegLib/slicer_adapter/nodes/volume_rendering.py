"""The surroundings of the pancreas as a volume rendering."""

from __future__ import annotations

from typing import Any

import slicer

PRESET = "CT-Chest-Contrast-Enhanced"


def show_volume_rendering(volume_node: Any, visible: bool = True, preset: str = PRESET) -> bool:
    """Show or hide the volume rendering of the scan; made when it is first shown.

    Returns False where nothing changed: there was none to hide.
    """
    logic = slicer.modules.volumerendering.logic()
    display = logic.GetFirstVolumeRenderingDisplayNode(volume_node)
    if display is None and not visible:
        return False
    if display is None:
        display = logic.CreateDefaultVolumeRenderingNodes(volume_node)
        known = logic.GetPresetByName(preset)
        if known is not None:
            display.GetVolumePropertyNode().Copy(known)
    display.SetVisibility(visible)
    return True
