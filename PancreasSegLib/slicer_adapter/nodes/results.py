"""Our results among all segmentations of a scene: whose they are, and which of them are seen."""

from __future__ import annotations

import json
from typing import Any

import slicer.util

from PancreasSegLib.slicer_adapter.nodes.segmentation_node import (
    SCAN_ATTRIBUTE,
    noted_scan,
    scan_of,
)
from PancreasSegLib.slicer_adapter.nodes.segments import (
    SEGMENTATION_CLASS,
    find_segment,
    foreign_segments,
    own_segments,
)
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT

HIDDEN = "PancreasSeg.hidden"
"""Attribute of a segmentation node: what of it we have hidden, saved with the scene; as JSON, the
ids of segments, or an empty list for the whole node."""


def latest_result(volume_node: Any) -> Any:
    """The segmentation with the youngest result of a scan; None if there is none."""
    found = [one for one in _results() if scan_of(one) is volume_node]
    return found[-1] if found else None


def show_results_of(volume_node: Any) -> None:
    """Hide the results of all other scans, also of those that were removed since, and show again
    what was so hidden of this one.

    Segments of the user stay as they are, and so does what the user has hidden.
    """
    for segmentation_node in _results():
        scan = scan_of(segmentation_node) or noted_scan(segmentation_node)
        if scan is volume_node:
            _show_again(segmentation_node)
        elif scan is not None or segmentation_node.GetAttribute(SCAN_ATTRIBUTE):
            _hide(segmentation_node)


def _results() -> list[Any]:
    nodes = slicer.util.getNodesByClass(SEGMENTATION_CLASS)
    return [node for node in nodes if find_segment(node, RESULT) is not None]


def _hide(segmentation_node: Any) -> None:
    display = segmentation_node.GetDisplayNode()
    if display is None or not display.GetVisibility() or segmentation_node.GetAttribute(HIDDEN):
        return
    hidden: list[str] = []
    if foreign_segments(segmentation_node):
        hidden = [
            one for one in own_segments(segmentation_node) if display.GetSegmentVisibility(one)
        ]
        for segment_id in hidden:
            display.SetSegmentVisibility(segment_id, False)
    else:
        display.SetVisibility(False)
    segmentation_node.SetAttribute(HIDDEN, json.dumps(hidden))


def _show_again(segmentation_node: Any) -> None:
    hidden = segmentation_node.GetAttribute(HIDDEN)
    display = segmentation_node.GetDisplayNode()
    if hidden is None or display is None:
        return
    segment_ids = json.loads(hidden)
    for segment_id in segment_ids:
        display.SetSegmentVisibility(segment_id, True)
    if not segment_ids:
        display.SetVisibility(True)
    segmentation_node.RemoveAttribute(HIDDEN)
