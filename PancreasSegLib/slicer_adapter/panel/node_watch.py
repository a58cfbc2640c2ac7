"""Hears of it when the voxels, the place or the names of some nodes change, by whomever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer

from PancreasSegLib.slicer_adapter.nodes.segments import SEGMENTATION_CLASS


class NodeWatch:
    """Observes some nodes at a time.

    Slicer tells edits to who observes the node, not to who holds it in a parameter node.

    edited: voxels are others, or elsewhere; called at each stroke, so it must be fast.
    renamed: a segment's name, colour or surface is another.
    removed: a segment is gone.
    """

    def __init__(
        self,
        edited: Callable[[], None],
        renamed: Callable[[], None],
        removed: Callable[[], None],
    ) -> None:
        segments, volumes = slicer.vtkSegmentation, slicer.vtkMRMLVolumeNode
        moved = {slicer.vtkMRMLTransformableNode.TransformModifiedEvent: edited}
        self._of_volumes = {**moved, volumes.ImageDataModifiedEvent: edited}
        self._of_segmentations = {
            **moved,
            segments.SegmentAdded: edited,
            segments.SourceRepresentationModified: edited,
            segments.SegmentModified: renamed,
            segments.SegmentRemoved: removed,
        }
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
            (node, node.AddObserver(event, lambda *_, called=called: called()))
            for node in wanted
            for event, called in self._events_of(node).items()
        ]

    def _events_of(self, node: Any) -> dict[int, Callable[[], None]]:
        is_segmentation = node.GetClassName() == SEGMENTATION_CLASS
        return self._of_segmentations if is_segmentation else self._of_volumes
