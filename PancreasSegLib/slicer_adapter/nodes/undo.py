"""A run can be undone as one step, where Slicer can undo."""

from __future__ import annotations

from typing import Any

import slicer


def save_state_for_undo(scene: Any, segmentation_node: Any = None) -> None:
    """Call it before a result is put into a scene, and into which segmentation if that is there.

    Slicer keeps the steps of the segmentation that its Segment Editor has chosen, and those of the
    whole scene where that was switched on.
    """
    module = getattr(slicer.modules, "SegmentEditorWidget", None)  # there once it was opened
    editor = None if module is None else module.editor
    chosen = None if editor is None else editor.segmentationNode()
    if editor is not None and chosen is not None and chosen is segmentation_node:
        editor.saveStateForUndo()
    scene.SaveStateForUndo()
