"""Tables, plot and disagreement of a comparison."""

from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import FRAMES, RAS_LPS, StandIn, add_scan, label_volume

SHAPE = (6, 8, 10)
FRAME = FRAMES["oblique"]


@pytest.fixture
def scan(slicer: Any) -> Any:
    return add_scan(slicer, np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE), FRAME)


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

    evaluation, nodes = compare(*result, label_volume(slicer, truth, FRAME))

    assert evaluation.dice == pytest.approx(16 / 28)
    rows = dict(zip(column(nodes.metrics, "Metric"), column(nodes.metrics, "Value"), strict=True))
    assert rows["Dice (DSC)"] == pytest.approx(16 / 28, abs=1e-4)
    assert rows["Jaccard (JI)"] == pytest.approx(8 / 20, abs=1e-4)
    assert rows["Precision"] == pytest.approx(8 / 16, abs=1e-4)
    assert rows["Recall"] == pytest.approx(8 / 12, abs=1e-4)
    voxel_ml = 2 * 2.2 * 3 / 1000
    assert rows["Volume of the result"] == pytest.approx(16 * voxel_ml, abs=1e-4)
    assert rows["Volume of the reference"] == pytest.approx(12 * voxel_ml, abs=1e-4)
    assert column(nodes.metrics, "Unit")[:6] == ["", "", "", "", "mm", "mm"]
    assert column(nodes.metrics, "Unit")[6:] == ["ml", "ml", "ml", "%", "%"]


def test_the_plot_has_a_point_for_each_slice_that_knows_where_it_lies(
    slicer: Any, result: tuple[Any, str], truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import slice_position

    _, nodes = compare(*result, label_volume(slicer, truth, FRAME))

    assert column(nodes.slices, "Slice") == [1, 2, 3]
    assert column(nodes.slices, "DSC") == [0, 1, 0]
    assert column(nodes.slices, "Result voxels") == [8, 8, 0]
    assert column(nodes.slices, "Reference voxels") == [0, 8, 4]
    assert nodes.series.GetTableNode() is nodes.slices
    assert (nodes.series.GetXColumnName(), nodes.series.GetYColumnName()) == ("Slice", "DSC")
    assert nodes.chart.GetNthPlotSeriesNode(0) is nodes.series
    middle_of_slice_3 = (RAS_LPS @ FRAME @ [4.5, 2.5, 3, 1])[:3]
    np.testing.assert_allclose(slice_position(nodes.slices, 2), middle_of_slice_3, atol=1e-6)


def test_the_disagreement_is_two_segments_in_their_own_colours(
    slicer: Any, scan: Any, result: tuple[Any, str], found: np.ndarray, truth: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    segmentation, segment_id = result
    compare(*result, label_volume(slicer, truth, FRAME))

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
    labels = label_volume(slicer, truth, FRAME)
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
    compare(*result, label_volume(slicer, truth, FRAME))

    put_result(scan, StandIn(volume_from_node(scan).with_array(found), None), segmentation)

    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1


def test_a_reference_on_another_grid_is_met_in_the_world(
    slicer: Any, result: tuple[Any, str], found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    finer = FRAME @ np.diag([0.5, 0.5, 0.5, 1])
    finer[:3, 3] = FRAME[:3, 3] - FRAME[:3, :3] @ [0.25, 0.25, 0.25]
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
    other = add_scan(slicer, slicer.util.arrayFromVolume(scan), away @ FRAME, "Other")
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

    evaluation, nodes = compare(*result, label_volume(slicer, truth, FRAME))

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

    frame = FRAMES["oblique"].copy()
    frame[:3, 3] += FRAME[:3, :3] @ (np.array(shift) / [1, 1, 4])
    labels = label_volume(slicer, truth, frame)
    before = slicer.mrmlScene.GetNumberOfNodes()

    with pytest.raises(InputError, match=words):
        compare(*result, labels)

    assert slicer.mrmlScene.GetNumberOfNodes() == before
    assert result[0].GetSegmentation().GetNumberOfSegments() == 1


def test_the_result_is_not_its_own_reference(result: tuple[Any, str]) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    with pytest.raises(InputError, match="The reference is the result itself"):
        compare(*result, *result)
