"""Hears of it when the voxels or the place of some nodes change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer

from PancreasSegLib.slicer_adapter.nodes.segments import SEGMENTATION_CLASS


class NodeWatch:
    """Calls `changed()` for edits, renames and removals of segments, new voxels and transforms.

    Slicer tells them to who observes the node, not to who holds it in a parameter node.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._nodes: tuple[Any, ...] = ()
        self._tags: list[tuple[Any, int]] = []

    def watch(self, *nodes: Any) -> None:
        """Watch these nodes, and no others any more; None is left out."""
        wanted = tuple(node for node in dict.fromkeys(nodes) if node is not None)
        if wanted == self._nodes:
            return
        for node, tag in self._tags:
            node.RemoveObserver(tag)
        self._nodes = wanted
        self._tags = [
            (node, node.AddObserver(event, self._on_event))
            for node in wanted
            for event in _events_of(node)
        ]

    def _on_event(self, *_: object) -> None:
        self._changed()


def _events_of(node: Any) -> tuple[int, ...]:
    moved = slicer.vtkMRMLTransformableNode.TransformModifiedEvent
    if node.GetClassName() != SEGMENTATION_CLASS:
        return moved, slicer.vtkMRMLVolumeNode.ImageDataModifiedEvent
    events = slicer.vtkSegmentation
    return (
        moved,
        events.SourceRepresentationModified,
        events.SegmentAdded,
        events.SegmentRemoved,
        events.SegmentModified,
    )
