"""Tells when a segmentation is changed, by whomever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer


class SegmentationWatch:
    """Observes one segmentation at a time.

    edited: its voxels are others; called at each stroke, so it must be fast.
    renamed: a name, a colour or a surface is another.
    removed: a segment is gone.
    """

    def __init__(
        self,
        edited: Callable[[], None],
        renamed: Callable[[], None],
        removed: Callable[[], None],
    ) -> None:
        events = slicer.vtkSegmentation
        self._called = {
            events.SegmentAdded: edited,
            events.SourceRepresentationModified: edited,
            events.SegmentModified: renamed,
            events.SegmentRemoved: removed,
        }
        self._node: Any = None
        self._tags: list[int] = []

    def follow(self, segmentation_node: Any) -> None:
        """Observe this one, and no longer the one before; None is none."""
        if segmentation_node is self._node:
            return
        for tag in self._tags:
            self._node.RemoveObserver(tag)
        self._node, self._tags = segmentation_node, []
        if segmentation_node is not None:
            self._tags = [
                segmentation_node.AddObserver(event, lambda *_, called=called: called())
                for event, called in self._called.items()
            ]
