"""A comparison with a reference as tables and a plot of Slicer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkIntArray, vtkStringArray

from PancreasSegLib.evaluation.evaluation import Evaluation
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS
from PancreasSegLib.volume.volume import Volume

POSITION = ("R", "A", "S")
"""Columns of the table of slices: where to jump to, RAS mm of the world."""


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


def put_evaluation(evaluation: Evaluation, mask: Volume, segmentation_node: Any) -> EvaluationNodes:
    """Put a comparison into the scene, beside the segmentation; running twice replaces it.

    mask: the one that was compared, LPS mm of the world: it says where each slice lies.
    """
    metrics = _node(segmentation_node, "vtkMRMLTableNode", "metrics")
    slices = _node(segmentation_node, "vtkMRMLTableNode", "slices")
    series = _node(segmentation_node, "vtkMRMLPlotSeriesNode", "DSC")
    chart = _node(segmentation_node, "vtkMRMLPlotChartNode", "DSC by slice")
    _fill(metrics, _metric_columns(evaluation))
    _fill(slices, _slice_columns(evaluation, mask))
    _draw(series, slices)
    _arrange(chart, series)
    return EvaluationNodes(metrics, slices, series, chart)


def slice_position(slices: Any, row: int) -> tuple[float, float, float]:
    """RAS mm of the world for a row of the table of slices, which is a point of the plot."""
    r, a, s = (slices.GetTable().GetColumnByName(name).GetValue(row) for name in POSITION)
    return r, a, s


def _node(segmentation_node: Any, class_name: str, what: str) -> Any:
    """The segmentation's own node for this purpose, made if need be."""
    role = f"PancreasSeg.{what.replace(' ', '_')}"
    node = segmentation_node.GetNodeReference(role)
    if node is None:
        name = f"{segmentation_node.GetName()} {what}"
        node = segmentation_node.GetScene().AddNewNodeByClass(class_name, name)
        segmentation_node.SetNodeReferenceID(role, node.GetID())
        place_beside(node, segmentation_node)
    return node


def _metric_columns(evaluation: Evaluation) -> dict[str, Sequence[Any]]:
    rows = [
        ("Dice (DSC)", evaluation.dice, ""),
        ("Jaccard (JI)", evaluation.jaccard, ""),
        ("Precision", evaluation.precision, ""),
        ("Recall", evaluation.recall, ""),
        ("Surface DSC at 2 mm", evaluation.surface_dice_2mm, ""),
        ("95 % Hausdorff distance", evaluation.hd95_mm, "mm"),
        ("Average surface distance", evaluation.average_surface_distance_mm, "mm"),
        ("Volume of the result", evaluation.mask_ml, "ml"),
        ("Volume of the reference", evaluation.reference_ml, "ml"),
        ("Volume difference", evaluation.volume_difference_ml, "ml"),
        ("Volume difference", evaluation.volume_difference_percent, "%"),
        ("Reference outside the scan", evaluation.reference_outside_percent, "%"),
    ]
    names, values, units = zip(*rows, strict=True)
    return {"Metric": names, "Value": [round(value, 4) for value in values], "Unit": units}


def _slice_columns(evaluation: Evaluation, mask: Volume) -> dict[str, Sequence[Any]]:
    slices = evaluation.slices
    positions = _positions(mask, [one.k for one in slices])
    return {
        "Slice": [one.k for one in slices],
        "DSC": [round(one.dice, 4) for one in slices],
        "JI": [round(one.jaccard, 4) for one in slices],
        "Result voxels": [one.mask_voxels for one in slices],
        "Reference voxels": [one.reference_voxels for one in slices],
        **{name: positions[:, axis].tolist() for axis, name in enumerate(POSITION)},
    }


def _positions(mask: Volume, numbers: Sequence[int]) -> np.ndarray:
    """(N, 3) RAS mm: on each slice the middle of the whole mask, or of the scan if it is empty."""
    held = np.argwhere(mask.array.any(axis=0))
    j, i = held.mean(axis=0) if len(held) else (np.array(mask.array.shape[1:]) - 1) / 2
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
    series.SetPlotType(series.PlotTypeScatter)
    series.SetMarkerStyle(series.MarkerStyleCircle)
    series.SetMarkerSize(9)
    series.SetColor(*(value / 255 for value in RESULT.colour))


def _arrange(chart: Any, series: Any) -> None:
    chart.RemoveAllPlotSeriesNodeIDs()
    chart.AddAndObservePlotSeriesNodeID(series.GetID())
    chart.SetTitle("Agreement with the reference by slice")
    chart.SetXAxisTitle("Slice")
    chart.SetYAxisTitle("Dice (DSC)")
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(0.0, 1.0)
    chart.SetLegendVisibility(False)
