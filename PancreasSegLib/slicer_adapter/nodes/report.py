"""The engine's report, kept with the segmentation that it is about and saved with the scene."""

from __future__ import annotations

import json
from typing import Any

REPORT_ATTRIBUTE = "PancreasSeg.report"
"""Of a segmentation node: `Report.as_dict` as JSON."""


def put_report(segmentation_node: Any, report: dict[str, Any]) -> None:
    """Keep a report with its result."""
    segmentation_node.SetAttribute(REPORT_ATTRIBUTE, json.dumps(report))


def report_of(segmentation_node: Any) -> dict[str, Any] | None:
    """The report on the last result in there; None if there is none."""
    text = segmentation_node.GetAttribute(REPORT_ATTRIBUTE)
    return dict(json.loads(text)) if text else None
