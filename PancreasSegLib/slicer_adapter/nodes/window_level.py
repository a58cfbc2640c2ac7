"""The grey values in which the abdomen of a CT is read."""

from __future__ import annotations

from typing import Any

from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import dicom_modality

WINDOW, LEVEL = 400.0, 40.0
"""HU: width and centre of the usual soft-tissue window of the abdomen."""

AIR = -500.0
"""HU: only a CT has values as low as that."""


def show_abdomen(volume_node: Any) -> None:
    """Give a CT whose display is still automatic the window of the abdomen."""
    display = volume_node.GetDisplayNode()
    if display is None or not display.GetAutoWindowLevel() or not _is_ct(volume_node):
        return
    display.AutoWindowLevelOff()
    display.SetWindowLevel(WINDOW, LEVEL)


def _is_ct(volume_node: Any) -> bool:
    modality = dicom_modality(volume_node)
    if modality is not None:
        return modality == "CT"
    return float(volume_node.GetImageData().GetScalarRange()[0]) < AIR
