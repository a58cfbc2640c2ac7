"""A comparison with a reference as tables and a plot of Slicer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkIntArray, vtkStringArray

from PancreasSegLib.evaluation.evaluation import Evaluation
from PancreasSegLib.slicer_adapter.nodes.node_name import free_name
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.volume import Volume

POSITION = ("R", "A", "S")
"""Columns of the table of slices: where to jump to, RAS mm of the world."""

PLACE = "Place"
"""Column of the table of slices: "slice 57, S -123.4 mm", what the plot shows of a point."""

DICE = "Dice (DSC)"
VOLUME_DIFFERENCE = "Volume difference"
REFERENCE_OUTSIDE = "Reference outside the scan"
RESULT_BEYOND = "Result beyond the reference's field of view"

TITLE = "DSC by slice"
"""Of the plot; the names of what was compared, which its node has, are wider than the view."""

_KINDS = {
    "metrics": "vtkMRMLTableNode",
    "slices": "vtkMRMLTableNode",
    "DSC": "vtkMRMLPlotSeriesNode",
    TITLE: "vtkMRMLPlotChartNode",
}
"""Of the nodes of a comparison, in the order of `EvaluationNodes`."""


@dataclass(frozen=True)
class EvaluationNodes:
    """The nodes of one comparison.

    metrics: table with a metric, its value and its unit in each row; nan where undefined.
    slices: table with a slice in each row, in the order of the plot's points.
    series, chart: DSC over the number of the slice, counted from 0.
    """

    metrics: Any
    slices: Any
    series: Any
    chart: Any


def put_evaluation(
    evaluation: Evaluation,
    mask: Volume,
    segmentation_node: Any,
    against: str,
    beyond_percent: float,
) -> EvaluationNodes:
    """Put a comparison into the scene, beside the segmentation; running twice replaces it.

    mask: the one that was compared, LPS mm of the world: it says where each slice lies.
    against: the reference's name. beyond_percent: the share of the result that lies beyond the
    reference's field of view.
    """
    nodes = EvaluationNodes(
        *(_node(segmentation_node, kind, what, against) for what, kind in _KINDS.items())
    )
    _fill(nodes.metrics, _metric_columns(evaluation, beyond_percent))
    _fill(nodes.slices, _slice_columns(evaluation, mask))
    _draw(nodes.series, nodes.slices)
    _arrange(nodes, mask)
    return nodes


def find_evaluation(segmentation_node: Any) -> EvaluationNodes | None:
    """The nodes of the segmentation's last comparison; None if there are none (any more)."""
    nodes = [segmentation_node.GetNodeReference(_role(what)) for what in _KINDS]
    return None if None in nodes else EvaluationNodes(*nodes)


def metric(nodes: EvaluationNodes, name: str) -> float:
    """A value of the table of metrics by its name, one of the capital ones above."""
    table = nodes.metrics.GetTable()
    names = table.GetColumnByName("Metric")
    row = next(n for n in range(names.GetNumberOfValues()) if names.GetValue(n) == name)
    return float(table.GetColumnByName("Value").GetValue(row))


def slice_position(slices: Any, row: int) -> tuple[float, float, float]:
    """RAS mm of the world for a row of the table of slices, which is a point of the plot."""
    r, a, s = (slices.GetTable().GetColumnByName(name).GetValue(row) for name in POSITION)
    return r, a, s


def _role(what: str) -> str:
    return f"PancreasSeg.{what.replace(' ', '_')}"


def _node(segmentation_node: Any, class_name: str, what: str, against: str) -> Any:
    """The segmentation's own node for this purpose, made if need be, named after both."""
    node = segmentation_node.GetNodeReference(_role(what))
    scene = segmentation_node.GetScene()
    if node is None:
        node = scene.AddNewNodeByClass(class_name)
        segmentation_node.SetNodeReferenceID(_role(what), node.GetID())
        place_beside(node, segmentation_node)
    name = f"{segmentation_node.GetName()} against {against}, {what}"
    if node.GetName() != name:
        node.SetName(free_name(scene, name))
    return node


def _metric_columns(evaluation: Evaluation, beyond_percent: float) -> dict[str, Sequence[Any]]:
    rows = [
        (DICE, evaluation.dice, ""),
        (VOLUME_DIFFERENCE, evaluation.volume_difference_ml, "ml"),
        (VOLUME_DIFFERENCE, evaluation.volume_difference_percent, "%"),
        ("Jaccard (JI)", evaluation.jaccard, ""),
        ("Precision", evaluation.precision, ""),
        ("Recall", evaluation.recall, ""),
        ("Surface DSC at 2 mm", evaluation.surface_dice_2mm, ""),
        ("95 % Hausdorff distance", evaluation.hd95_mm, "mm"),
        ("Average surface distance", evaluation.average_surface_distance_mm, "mm"),
        ("Volume of the result", evaluation.mask_ml, "ml"),
        ("Volume of the reference", evaluation.reference_ml, "ml"),
        (REFERENCE_OUTSIDE, evaluation.reference_outside_percent, "%"),
        (RESULT_BEYOND, beyond_percent, "%"),
    ]
    names, values, units = zip(*rows, strict=True)
    return {"Metric": names, "Value": [round(value, 4) for value in values], "Unit": units}


def _slice_columns(evaluation: Evaluation, mask: Volume) -> dict[str, Sequence[Any]]:
    slices = evaluation.slices
    positions = _positions(mask, [one.k for one in slices])
    axis = _axis_of_slices(mask)
    return {
        "Slice": [one.k for one in slices],
        "DSC": [round(one.dice, 4) for one in slices],
        "JI": [round(one.jaccard, 4) for one in slices],
        "Result voxels": [one.mask_voxels for one in slices],
        "Reference voxels": [one.reference_voxels for one in slices],
        **{name: positions[:, axis].tolist() for axis, name in enumerate(POSITION)},
        PLACE: [
            f"slice {one.k}, {POSITION[axis]} {position[axis]:.1f} mm"
            for one, position in zip(slices, positions, strict=True)
        ],
    }


def _axis_of_slices(mask: Volume) -> int:
    """Of R, A, S the one that changes most from slice to slice."""
    return int(np.abs(mask.affine[:3, 2]).argmax())


def _positions(mask: Volume, numbers: Sequence[int]) -> np.ndarray:
    """(N, 3) RAS mm: on each slice the middle of the whole mask, or of the scan if it is empty."""
    box = Box.of(mask.array)
    if box is None:
        j, i = (np.array(mask.array.shape[1:]) - 1) / 2
    else:
        held = np.argwhere(mask.array[box.slices].any(axis=0))
        j, i = held.mean(axis=0) + box.start[1:]
    index = np.array([[i, j, k] for k in numbers], dtype=np.float64).reshape(-1, 3)
    return np.asarray(mask.grid.to_world(index) @ RAS_LPS[:3, :3])


def _fill(table: Any, columns: dict[str, Sequence[Any]]) -> None:
    table.RemoveAllColumns()
    for name, values in columns.items():
        column = _array_for(values)
        column.SetName(name)
        for value in values:
            column.InsertNextValue(value)
        table.AddColumn(column)
    table.SetUseColumnTitleAsColumnHeader(True)


def _array_for(values: Sequence[Any]) -> Any:
    kinds: dict[type, type] = {str: vtkStringArray, int: vtkIntArray}
    return kinds.get(type(values[0]) if values else float, vtkDoubleArray)()


def _draw(series: Any, slices: Any) -> None:
    series.SetAndObserveTableNodeID(slices.GetID())
    series.SetXColumnName("Slice")
    series.SetYColumnName("DSC")
    series.SetLabelColumnName(PLACE)
    series.SetPlotType(series.PlotTypeScatter)
    series.SetMarkerStyle(series.MarkerStyleCircle)
    series.SetMarkerSize(9)
    series.SetColor(*(value / 255 for value in RESULT.colour))


def _arrange(nodes: EvaluationNodes, mask: Volume) -> None:
    """Axes a little longer than the values: Slicer cuts points that lie on their ends."""
    chart, table = nodes.chart, nodes.slices.GetTable()
    chart.RemoveAllPlotSeriesNodeIDs()
    chart.AddAndObservePlotSeriesNodeID(nodes.series.GetID())
    chart.SetTitle(TITLE)
    rows = table.GetNumberOfRows()
    axis = _axis_of_slices(mask)
    ends = [slice_position(nodes.slices, row)[axis] for row in (0, rows - 1) if rows]
    millimetres = " to ".join(f"{end:.1f}" for end in ends)
    chart.SetXAxisTitle(f"Slice, counted from 0 ({POSITION[axis]} {millimetres} mm)")
    chart.SetXAxisRangeAuto(rows == 0)
    if rows:
        numbers = table.GetColumnByName("Slice")
        chart.SetXAxisRange(numbers.GetValue(0) - 1, numbers.GetValue(rows - 1) + 1)
    chart.SetYAxisTitle("Dice (DSC)")
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(-0.05, 1.05)
    chart.SetLegendVisibility(False)
