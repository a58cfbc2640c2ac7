"""A run can be undone as one step, where Slicer can undo."""

from __future__ import annotations

from typing import Any

import slicer


def save_state_for_undo(segmentation_node: Any) -> None:
    """Call it before a segmentation is changed.

    Slicer keeps the steps of the segmentation that its Segment Editor has chosen, and those of the
    whole scene where that was switched on.
    """
    module = getattr(slicer.modules, "SegmentEditorWidget", None)  # there once it was opened
    if module is not None and module.editor.segmentationNode() is segmentation_node:
        module.editor.saveStateForUndo()
    segmentation_node.GetScene().SaveStateForUndo()
