"""Tables, plot and disagreement of a comparison."""

from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import AFFINES, RAS_LPS, StandIn, add_scan, label_volume

SHAPE = (6, 8, 10)
AFFINE = AFFINES["oblique"]


@pytest.fixture
def scan(slicer: Any) -> Any:
    return add_scan(slicer, np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE), AFFINE)


@pytest.fixture
def found() -> np.ndarray:
    """8 voxels in each of the slices 1 and 2."""
    array = np.zeros(SHAPE, np.uint8)
    array[1:3, 2:4, 3:7] = 1
    return array


@pytest.fixture
def truth() -> np.ndarray:
    """The same 8 voxels in slice 2, half of them in slice 3."""
    array = np.zeros(SHAPE, np.uint8)
    array[2, 2:4, 3:7] = 1
    array[3, 2:4, 3:5] = 1
    return array


@pytest.fixture
def result(scan: Any, found: np.ndarray) -> tuple[Any, str]:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    return put_result(scan, StandIn(volume_from_node(scan).with_array(found), None))


def column(table: Any, name: str) -> list[Any]:
    values = table.GetTable().GetColumnByName(name)
    return [values.GetValue(row) for row in range(values.GetNumberOfValues())]


def test_the_metrics_are_in_a_table_with_units(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    evaluation, nodes = compare(*result, label_volume(slicer, truth, AFFINE))

    assert evaluation.dice == pytest.approx(16 / 28)
    rows = dict(zip(column(nodes.metrics, "Metric"), column(nodes.metrics, "Value"), strict=True))
    assert rows["Dice (DSC)"] == pytest.approx(16 / 28, abs=1e-4)
    assert rows["Jaccard (JI)"] == pytest.approx(8 / 20, abs=1e-4)
    assert rows["Precision"] == pytest.approx(8 / 16, abs=1e-4)
    assert rows["Recall"] == pytest.approx(8 / 12, abs=1e-4)
    voxel_ml = 2 * 2.2 * 3 / 1000
    assert rows["Volume of the result"] == pytest.approx(16 * voxel_ml, abs=1e-4)
    assert rows["Volume of the reference"] == pytest.approx(12 * voxel_ml, abs=1e-4)
    units = list(zip(column(nodes.metrics, "Metric"), column(nodes.metrics, "Unit"), strict=True))
    assert units[:3] == [
        ("Dice (DSC)", ""),
        ("Volume difference", "ml"),
        ("Volume difference", "%"),
    ]
    assert ("95 % Hausdorff distance", "mm") in units


def test_the_plot_has_a_point_for_each_slice_that_knows_where_it_lies(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import slice_position

    _, nodes = compare(*result, label_volume(slicer, truth, AFFINE))

    assert column(nodes.slices, "Slice") == [1, 2, 3]
    assert column(nodes.slices, "DSC") == [0, 1, 0]
    assert column(nodes.slices, "Result voxels") == [8, 8, 0]
    assert column(nodes.slices, "Reference voxels") == [0, 8, 4]
    assert nodes.series.GetTableNode() is nodes.slices
    assert (nodes.series.GetXColumnName(), nodes.series.GetYColumnName()) == ("Slice", "DSC")
    assert nodes.series.GetLabelColumnName() == "Place"
    assert nodes.chart.GetNthPlotSeriesNode(0) is nodes.series
    middle_of_slice_3 = (RAS_LPS @ AFFINE @ [4.5, 2.5, 3, 1])[:3]
    np.testing.assert_allclose(slice_position(nodes.slices, 2), middle_of_slice_3, atol=1e-6)


def test_the_plot_says_slice_and_millimetres_and_cuts_no_point_at_its_ends(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    _, nodes = compare(*result, label_volume(slicer, truth, AFFINE))

    assert nodes.chart.GetXAxisRange() == (0, 4)  # points at 1, 2, 3
    low, high = nodes.chart.GetYAxisRange()
    assert low < 0 and high > 1
    # Of the oblique scan the slices follow each other mostly towards the head.
    heights = column(nodes.slices, "S")
    places = column(nodes.slices, "Place")
    assert places == [f"slice {k}, S {heights[k - 1]:.1f} mm" for k in (1, 2, 3)]
    assert f"(S {heights[0]:.1f} to {heights[2]:.1f} mm)" in nodes.chart.GetXAxisTitle()


def test_tables_and_plots_are_named_after_what_was_compared(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    one = label_volume(slicer, truth, AFFINE, "First reader")
    other = label_volume(slicer, truth, AFFINE, "Second reader")

    _, nodes = compare(*result, one)
    assert nodes.metrics.GetName() == "Scan pancreas against First reader, metrics"
    _, nodes = compare(*result, other)

    named = [node.GetName() for node in (nodes.metrics, nodes.slices, nodes.series, nodes.chart)]
    assert len(set(named)) == 4
    assert all(name.startswith("Scan pancreas against Second reader, ") for name in named)
    assert nodes.chart.GetTitle() == "DSC by slice"


def test_the_disagreement_is_two_segments_in_their_own_colours(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    segmentation, segment_id = result
    compare(*result, label_volume(slicer, truth, AFFINE))

    segments = segmentation.GetSegmentation()
    ids = {segments.GetSegment(one).GetName(): one for one in segments.GetSegmentIDs()}
    assert list(ids) == ["Pancreas", "Missed", "Extra"]
    voxels = {
        name: slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, one, scan)
        for name, one in ids.items()
    }
    np.testing.assert_array_equal(voxels["Pancreas"], found)
    np.testing.assert_array_equal(voxels["Missed"], truth & ~found & 1)
    np.testing.assert_array_equal(voxels["Extra"], found & ~truth & 1)
    assert len({segments.GetSegment(one).GetColor() for one in ids.values()}) == 3
    assert ids["Pancreas"] == segment_id


def test_a_second_comparison_replaces_the_first(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    segmentation, _ = result
    labels = label_volume(slicer, truth, AFFINE)
    _, first = compare(*result, labels)
    slicer.util.updateVolumeFromArray(labels, found)
    before = slicer.mrmlScene.GetNumberOfNodes()

    _, second = compare(*result, labels)

    assert second == first
    assert slicer.mrmlScene.GetNumberOfNodes() == before
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 3
    assert column(second.slices, "DSC") == [1, 1]
    extra = segmentation.GetSegmentation().GetSegmentIdBySegmentName("Extra")
    assert not slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, extra, scan).any()


def test_a_new_segmentation_removes_the_disagreement_of_the_old_one(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    segmentation, _ = result
    compare(*result, label_volume(slicer, truth, AFFINE))

    put_result(scan, StandIn(volume_from_node(scan).with_array(found), None), segmentation)

    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1


def test_a_reference_on_another_grid_is_met_in_the_world(
    slicer: Any, result: tuple[Any, str], found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    finer = AFFINE @ np.diag([0.5, 0.5, 0.5, 1])
    finer[:3, 3] = AFFINE[:3, 3] - AFFINE[:3, :3] @ [0.25, 0.25, 0.25]
    labels = label_volume(slicer, np.kron(found, np.ones((2, 2, 2), np.uint8)), finer)

    evaluation, _ = compare(*result, labels)

    assert evaluation.resampled
    assert evaluation.dice == 1


def test_a_segment_of_another_segmentation_under_another_transform(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    # The same drawing, stored 40 mm away under a transform that brings it back.
    away = np.eye(4)
    away[2, 3] = 40
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(transform, np.linalg.inv(away))
    other = add_scan(slicer, slicer.util.arrayFromVolume(scan), away @ AFFINE, "Other")
    other.SetAndObserveTransformNodeID(transform.GetID())
    drawn = put_result(other, StandIn(volume_from_node(other).with_array(found), None))

    evaluation, _ = compare(*result, *drawn)

    assert evaluation.dice == 1


def test_undefined_metrics_are_not_numbers_in_the_table(
    slicer: Any, scan: Any, found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    empty = volume_from_node(scan).with_array(np.zeros(SHAPE, np.uint8))
    result = put_result(scan, StandIn(empty, None))

    evaluation, nodes = compare(*result, label_volume(slicer, truth, AFFINE))

    assert evaluation.dice == 0
    values = column(nodes.metrics, "Value")
    assert np.isnan(values[column(nodes.metrics, "Metric").index("95 % Hausdorff distance")])


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        ([0, 0, 900], "share no field of view"),
        ([0, 0, 16], "lies outside the mask's field of view"),
    ],
)
def test_a_reference_that_does_not_meet_the_scan_leaves_the_scene_as_it_was(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray, shift: list[float], words: str
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    affine = AFFINES["oblique"].copy()
    affine[:3, 3] += AFFINE[:3, :3] @ (np.array(shift) / [1, 1, 4])
    labels = label_volume(slicer, truth, affine)
    before = slicer.mrmlScene.GetNumberOfNodes()

    with pytest.raises(InputError, match=words):
        compare(*result, labels)

    assert slicer.mrmlScene.GetNumberOfNodes() == before
    assert result[0].GetSegmentation().GetNumberOfSegments() == 1


def test_the_result_is_not_its_own_reference_however_it_is_named(
    slicer: Any, scan: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    segmentation, segment_id = result
    for reference in (result, (segmentation, None)):
        with pytest.raises(InputError, match="The reference is the result itself"):
            compare(*result, *reference)
    compare(*result, label_volume(slicer, truth, AFFINE))
    with pytest.raises(InputError, match="The reference is the result itself"):
        compare(segmentation, None, segmentation, None)  # beside missed and extra
    with pytest.raises(InputError, match="The reference is the result itself"):
        compare(segmentation, None, segmentation, segment_id)


def test_two_results_are_compared_though_both_have_missed_and_extra(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    other = put_result(scan, StandIn(volume_from_node(scan).with_array(truth), None))
    labels = label_volume(slicer, truth, AFFINE)
    compare(*result, labels)
    compare(*other, labels)

    evaluation, _ = compare(*result, other[0])

    assert evaluation.dice == pytest.approx(16 / 28)


def test_what_lies_beyond_the_references_field_of_view_is_counted_and_told(
    slicer: Any, scan: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import RESULT_BEYOND, metric

    # It ends below slice 1, in which half of the result lies.
    cut = AFFINE.copy()
    cut[:3, 3] += 2 * AFFINE[:3, 2]

    _, nodes = compare(*result, label_volume(slicer, truth[2:], cut))
    assert metric(nodes, RESULT_BEYOND) == pytest.approx(50)

    # A segmentation stores only what is drawn; it has seen the whole scan that it belongs to.
    drawn = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Drawn")
    drawn.SetReferenceImageGeometryParameterFromVolumeNode(scan)
    segment_id = drawn.GetSegmentation().AddEmptySegment("", "by hand")
    slicer.util.updateSegmentBinaryLabelmapFromArray(truth, drawn, segment_id, scan)
    _, nodes = compare(*result, drawn)
    assert metric(nodes, RESULT_BEYOND) == 0


def test_a_label_is_chosen_by_its_number(
    slicer: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    organs = label_volume(slicer, truth * 7 + (1 - truth) * 2, AFFINE, "Organs")

    with pytest.raises(InputError, match=r"'Organs' has several labels \(Label 2, Label 7\)"):
        compare(*result, organs)
    evaluation, nodes = compare(*result, organs, "7")

    assert evaluation.dice == pytest.approx(16 / 28)
    assert nodes.metrics.GetName() == "Scan pancreas against Organs: Label 7, metrics"
    with pytest.raises(InputError, match="'Organs' has no label 3; choose again"):
        compare(*result, organs, "3")


def test_a_comparison_holds_until_the_content_of_either_changes(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import (
        compare,
        find_comparison,
        mark_outdated,
        still_holds,
    )

    segmentation, segment_id = result
    labels = label_volume(slicer, truth, AFFINE)
    assert find_comparison(*result, labels, "1") is None
    _, nodes = compare(*result, labels)

    assert find_comparison(*result, labels, "1") == nodes
    assert find_comparison(*result, label_volume(slicer, truth, AFFINE, "Other"), "1") is None
    assert find_comparison(segmentation, "another", labels, "1") is None
    assert still_holds(nodes, segmentation)

    moved = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(moved, np.eye(4) + np.eye(4, k=3))
    labels.SetAndObserveTransformNodeID(moved.GetID())
    assert not still_holds(nodes, segmentation)
    labels.SetAndObserveTransformNodeID(None)
    assert still_holds(nodes, segmentation)

    slicer.util.updateVolumeFromArray(labels, found)
    assert not still_holds(nodes, segmentation)
    slicer.util.updateVolumeFromArray(labels, truth)
    slicer.util.updateSegmentBinaryLabelmapFromArray(truth, segmentation, segment_id, scan)
    assert not still_holds(nodes, segmentation)

    mark_outdated(nodes)
    assert find_comparison(*result, labels, "1") is None
    assert nodes.metrics.GetName() == "Scan pancreas against Labels, metrics (out of date)"
    assert nodes.chart.GetTitle() == "DSC by slice (out of date)"
    _, again = compare(*result, labels)
    assert again == nodes
    assert nodes.metrics.GetName() == "Scan pancreas against Labels, metrics"
    assert nodes.chart.GetTitle() == "DSC by slice"


def test_the_numbers_are_those_of_the_whole_grid(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.evaluation.evaluate import evaluate
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume, result_volume

    labels = label_volume(slicer, truth, AFFINE)

    evaluation, _ = compare(*result, labels)

    assert evaluation == evaluate(result_volume(*result), reference_volume(labels))
    assert [one.k for one in evaluation.slices] == [1, 2, 3]


def test_a_reference_that_stores_only_a_part_of_the_grid_is_on_the_same_voxels(
    slicer: Any, scan: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    whole, _ = compare(*result, label_volume(slicer, truth, AFFINE))
    part = AFFINE.copy()
    part[:3, 3] = (AFFINE @ [3, 2, 2, 1])[:3]

    evaluation, _ = compare(*result, label_volume(slicer, truth[2:4, 2:5, 3:8], part, "Part"))

    assert evaluation == whole
    assert not evaluation.resampled


def test_both_empty_or_the_result_at_the_edge_of_the_scan(
    slicer: Any, scan: Any, found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    edge = np.zeros(SHAPE, np.uint8)
    edge[-1, -1, -1] = edge[0, 0, 0] = 1
    result = put_result(scan, StandIn(volume_from_node(scan).with_array(edge), None))

    evaluation, _ = compare(*result, label_volume(slicer, edge, AFFINE))
    assert (evaluation.dice, evaluation.hd95_mm) == (1, 0)
    assert [one.k for one in evaluation.slices] == [0, 5]
    missed = result[0].GetSegmentation().GetSegmentIdBySegmentName("Missed")
    assert not slicer.util.arrayFromSegmentBinaryLabelmap(result[0], missed, scan).any()
