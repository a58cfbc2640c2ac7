"""Tells when a segmentation is changed, by whomever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer


class SegmentationWatch:
    """Observes one segmentation at a time.

    edited: called at each stroke, so it must be fast.
    removed: called when a segment is gone.
    """

    def __init__(self, edited: Callable[[], None], removed: Callable[[], None]) -> None:
        self._edited, self._removed = edited, removed
        self._node: Any = None
        self._tags: list[int] = []

    def follow(self, segmentation_node: Any) -> None:
        """Observe this one, and no longer the one before; None is none."""
        if segmentation_node is self._node:
            return
        for tag in self._tags:
            self._node.RemoveObserver(tag)
        self._node, self._tags = segmentation_node, []
        if segmentation_node is None:
            return
        events = slicer.vtkSegmentation
        for event in (
            events.SegmentAdded,
            events.SegmentModified,
            events.SourceRepresentationModified,
        ):
            self._tags.append(segmentation_node.AddObserver(event, lambda *_: self._edited()))
        self._tags.append(
            segmentation_node.AddObserver(events.SegmentRemoved, lambda *_: self._removed())
        )
