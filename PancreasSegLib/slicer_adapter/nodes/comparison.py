"""Compare a result with a reference, and put all that comes of it into the scene."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import slicer.util

from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.evaluation.evaluation import Evaluation
from PancreasSegLib.slicer_adapter.nodes.content import content_of, is_same_content
from PancreasSegLib.slicer_adapter.nodes.disagreement import put_disagreement
from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import (
    TITLE,
    EvaluationNodes,
    find_evaluation,
    put_evaluation,
)
from PancreasSegLib.slicer_adapter.nodes.lattice import cropped, held_box, pasted
from PancreasSegLib.slicer_adapter.nodes.reference import (
    chosen_part,
    field_of_view,
    part_mask,
    parts_of,
    reference_volume,
    result_volume,
)
from PancreasSegLib.volume.resampling import resample_mask
from PancreasSegLib.volume.volume import Volume

COMPARED_ATTRIBUTE = "PancreasSeg.compared"
"""Of the table of metrics: which segment and which part of the reference were compared, and what
both held, as JSON; saved with the scene. Without it the table is out of date."""

REFERENCE_ROLE = "PancreasSeg.reference"
"""From the table of metrics to the reference."""


def compare(
    segmentation_node: Any,
    segment_id: str | None,
    reference_node: Any,
    reference_part: str | None = None,
) -> tuple[Evaluation, EvaluationNodes]:
    """Evaluate a segment against a reference; tables, plot and disagreement go into the scene.

    Measured in the patient (world), on the grid of the scan that the segmentation belongs to.
    reference_part: a segment's id, or a label's number as text; the only one if None.

    Raises InputError, and leaves the scene as it is, if either of the two cannot be used, they
    are one and the same, or they share no field of view.
    """
    mask = result_volume(segmentation_node, segment_id)
    segment_id = chosen_part(segmentation_node, segment_id)
    same_node = reference_node is segmentation_node
    part = chosen_part(reference_node, reference_part, segment_id if same_node else None)
    reference = reference_volume(reference_node, part)
    evaluation = _evaluated(mask, reference)
    with slicer.util.NodeModify(segmentation_node):  # the window hears of all of it once
        put_disagreement(segmentation_node, segment_id, reference)
        nodes = put_evaluation(
            evaluation,
            mask,
            segmentation_node,
            against=_name(reference_node, part),
            beyond_percent=_beyond_percent(mask, field_of_view(reference_node)),
        )
    nodes.metrics.SetNodeReferenceID(REFERENCE_ROLE, reference_node.GetID())
    compared = {
        "segment": segment_id,
        "part": part,
        "result": _content(segmentation_node, segment_id),
        "reference": _content(reference_node, part),
    }
    nodes.metrics.SetAttribute(COMPARED_ATTRIBUTE, json.dumps(compared))
    return evaluation, nodes


def find_comparison(
    segmentation_node: Any, segment_id: str, reference_node: Any, reference_part: str
) -> EvaluationNodes | None:
    """The comparison of just these two that is in the scene; None if there is none.

    Whether it still holds: `still_holds`.
    """
    nodes = find_evaluation(segmentation_node)
    compared = None if nodes is None else nodes.metrics.GetAttribute(COMPARED_ATTRIBUTE)
    if nodes is None or not compared:
        return None
    record = json.loads(compared)
    is_this = nodes.metrics.GetNodeReference(REFERENCE_ROLE) is reference_node and (
        record["segment"],
        record["part"],
    ) == (segment_id, reference_part)
    return nodes if is_this else None


def still_holds(nodes: EvaluationNodes, segmentation_node: Any) -> bool:
    """Do the two that were compared hold, where they lie, what they held then?"""
    record = json.loads(nodes.metrics.GetAttribute(COMPARED_ATTRIBUTE))
    reference_node = nodes.metrics.GetNodeReference(REFERENCE_ROLE)
    return is_same_content(
        record["result"], _content(segmentation_node, record["segment"])
    ) and is_same_content(record["reference"], _content(reference_node, record["part"]))


def mark_outdated(nodes: EvaluationNodes) -> None:
    """What was compared has changed: the tables and the plot stay in the scene, and say so."""
    nodes.metrics.RemoveAttribute(COMPARED_ATTRIBUTE)
    for node in (nodes.metrics, nodes.slices, nodes.series, nodes.chart):
        if not node.GetName().endswith(_OUTDATED):
            node.SetName(node.GetName() + _OUTDATED)
    nodes.chart.SetTitle(TITLE + _OUTDATED)


_OUTDATED = " (out of date)"


def _content(node: Any, part: str) -> dict[str, Any]:
    return content_of(part_mask(node, part), node)


def _name(reference_node: Any, part: str) -> str:
    """ "Drawn", or "Drawn: spleen" where there are several parts."""
    parts = parts_of(reference_node)
    name = str(reference_node.GetName())
    return name if len(parts) == 1 else f"{name}: {parts[part]}"


def _evaluated(mask: Volume, reference: Volume) -> Evaluation:
    """As `evaluate`; where both have the same voxels, only the box around both is looked at."""
    on_grid = pasted(reference, mask.grid)
    box = None if on_grid is None else held_box(mask, on_grid)
    if on_grid is None or box is None:
        return evaluate(mask, reference)
    evaluation = evaluate(cropped(mask, box), cropped(on_grid, box))
    slices = tuple(replace(one, k=one.k + box.start[0]) for one in evaluation.slices)
    return replace(evaluation, slices=slices)


def _beyond_percent(mask: Volume, seen: Volume | None) -> float:
    """The share of the result's voxels that lie beyond the reference's field of view, in %."""
    box = held_box(mask)
    if seen is None or box is None or mask.grid.is_same_as(seen.grid):
        return 0.0
    near = cropped(mask, box)
    covered = resample_mask(seen, near.grid).array != 0
    return 100 * float(np.mean(~covered[near.array != 0]))
