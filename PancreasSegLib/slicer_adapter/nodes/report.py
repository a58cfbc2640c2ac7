"""The engine's report, kept with the segment that it is about and saved with the scene."""

from __future__ import annotations

import json
from typing import Any

from vtkmodules.vtkCommonCore import reference as vtk_reference

from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT

REPORT = "PancreasSeg.report"
"""A tag of our segment: `Report.as_dict` as JSON. So undo of a run brings back the one of before.

Earlier versions had it as an attribute of the segmentation node."""


def put_report(segmentation_node: Any, report: dict[str, Any]) -> None:
    """Keep a report with its result, which is there already."""
    segment = segmentation_node.GetSegmentation().GetSegment(_result_id(segmentation_node))
    text = json.dumps(report).replace("|", "\\u007c")  # in a file | ends a tag
    segment.SetTag(REPORT, text)


def report_of(segmentation_node: Any) -> dict[str, Any] | None:
    """The report on the last result in there; None if there is none."""
    segment = segmentation_node.GetSegmentation().GetSegment(_result_id(segmentation_node))
    tagged = vtk_reference("")
    if segment is not None and segment.GetTag(REPORT, tagged):
        return dict(json.loads(str(tagged)))
    text = segmentation_node.GetAttribute(REPORT)
    return dict(json.loads(text)) if text else None


def _result_id(segmentation_node: Any) -> str:
    return find_segment(segmentation_node, RESULT) or ""
