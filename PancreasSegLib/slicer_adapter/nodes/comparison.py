"""Compare a result with a reference, and put all that comes of it into the scene."""

from __future__ import annotations

from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.evaluation.evaluation import Evaluation
from PancreasSegLib.slicer_adapter.nodes.disagreement import put_disagreement
from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import EvaluationNodes, put_evaluation
from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume, result_volume


def compare(
    segmentation_node: Any,
    segment_id: str,
    reference_node: Any,
    reference_segment_id: str | None = None,
) -> tuple[Evaluation, EvaluationNodes]:
    """Evaluate a segment against a reference; tables, plot and disagreement go into the scene.

    Measured in the patient (world), on the grid of the scan that the segmentation belongs to.

    Raises InputError, and leaves the scene as it is, if either of the two cannot be used, they
    are one and the same, or they share no field of view.
    """
    if reference_node is segmentation_node and reference_segment_id == segment_id:
        raise InputError("The reference is the result itself; choose another segment.")
    mask = result_volume(segmentation_node, segment_id)
    reference = reference_volume(reference_node, reference_segment_id)
    evaluation = evaluate(mask, reference)
    put_disagreement(segmentation_node, segment_id, reference)
    return evaluation, put_evaluation(evaluation, mask, segmentation_node)
