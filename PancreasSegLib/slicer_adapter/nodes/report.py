"""The engine's report, kept with the segment that it is about and saved with the scene."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from vtkmodules.vtkCommonCore import reference as vtk_reference

from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT

REPORT = "PancreasSeg.report"
"""A tag of our segment, the key of its report: so undo of a run brings back the one of before.

The report itself, `Report.as_dict` as JSON, is an attribute of the segmentation node, called by
this and the key: Slicer shows all tags of a segment to who points at it. A file of a segmentation
has no attributes, so there the tag is the report. Scenes of earlier versions have it in the tag, or
in an attribute of this name alone."""


def put_report(segmentation_node: Any, report: dict[str, Any]) -> None:
    """Keep a report with its result, which is there already."""
    text = json.dumps(report)
    key = hashlib.sha256(text.encode()).hexdigest()[:8]
    _result(segmentation_node).SetTag(REPORT, key)
    segmentation_node.SetAttribute(_attribute(key), text)


def report_of(segmentation_node: Any) -> dict[str, Any] | None:
    """The report on the last result in there; None if there is none."""
    segment = _result(segmentation_node)
    tagged = vtk_reference("")
    if segment is None or not segment.GetTag(REPORT, tagged):
        text = segmentation_node.GetAttribute(REPORT)
    elif str(tagged).startswith("{"):
        text = str(tagged)
    else:
        text = segmentation_node.GetAttribute(_attribute(str(tagged)))
    return dict(json.loads(text)) if text else None


def with_its_report(segmentation_node: Any) -> Any:
    """A copy of the segmentation, in no scene, as it is written to a file."""
    copy = segmentation_node.CreateNodeInstance()
    copy.Copy(segmentation_node)
    report = report_of(segmentation_node)
    if report is not None:
        text = json.dumps(report).replace("|", "\\u007c")  # in a file | ends a tag
        _result(copy).SetTag(REPORT, text)
    return copy


def _result(segmentation_node: Any) -> Any:
    """Our segment; None if there is none."""
    segment_id = find_segment(segmentation_node, RESULT)
    return (
        None if segment_id is None else segmentation_node.GetSegmentation().GetSegment(segment_id)
    )


def _attribute(key: str) -> str:
    return f"{REPORT}.{key}"
