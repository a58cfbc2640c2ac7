"""Which results a scan has, what is known of their voxels, and in which grey values it is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import AFFINES, StandIn, cloned, scan_of_the_ball, segmented


@pytest.fixture
def scan(slicer: Any) -> Any:
    return scan_of_the_ball(slicer, AFFINES["oblique"])


def put(scan: Any) -> tuple[Any, str]:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    return put_result(scan, segmented(volume_from_node(scan)))


def test_the_latest_result_of_a_scan_is_found(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.results import latest_result

    other = scan_of_the_ball(slicer, AFFINES["axial"])
    assert latest_result(scan) is None
    put(scan)
    second, _ = put(scan)
    put(other)

    assert latest_result(scan) is second


def test_a_result_of_another_scan_is_refused_as_output(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import refuse_unfit_output

    other = scan_of_the_ball(slicer, AFFINES["axial"])
    other.SetName("Another")

    with pytest.raises(InputError, match="belongs to the volume 'Scan', not to 'Another'"):
        refuse_unfit_output(put(scan)[0], other)


def test_a_result_beside_segments_from_a_file_is_one_of_the_scan_and_is_seen(
    slicer: Any, scan: Any, tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.results import latest_result, show_results_of
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
    from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    drawn = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Drawn")
    drawn.SetReferenceImageGeometryParameterFromVolumeNode(scan)
    part = drawn.GetSegmentation().AddEmptySegment("", "liver")
    mask = segmented(volume_from_node(scan)).mask.array
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, drawn, part, scan)
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "drawn.seg.nrrd"))
    assert storage.WriteData(drawn)
    loaded = slicer.util.loadSegmentation(str(tmp_path / "drawn.seg.nrrd"))

    put_result(scan, segmented(volume_from_node(scan)), loaded)
    show_results_of(scan)

    assert latest_result(scan) is loaded
    assert loaded.GetDisplayNode().GetSegmentVisibility(find_segment(loaded, RESULT))


def test_a_clone_of_a_result_is_hidden_with_its_scan_and_comes_back_with_it(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.results import latest_result, show_results_of

    ours, _ = put(scan)
    mine = cloned(slicer, ours)

    show_results_of(scan_of_the_ball(slicer, AFFINES["axial"]))
    assert not mine.GetDisplayNode().GetVisibility()
    show_results_of(scan)

    assert mine.GetDisplayNode().GetVisibility()
    assert latest_result(scan) is ours  # a copy is no output of its own accord


@pytest.mark.parametrize("named", ["another scan", "no scan", "nothing"])
def test_a_clone_whose_scan_has_another_id_since_belongs_to_no_other_node(
    slicer: Any, scan: Any, named: str
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.results import show_results_of
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import SCAN_ATTRIBUTE

    other = scan_of_the_ball(slicer, AFFINES["axial"])
    ours, _ = put(scan)
    mine = cloned(slicer, ours)
    node_id = {"another scan": other.GetID(), "no scan": ours.GetID(), "nothing": "gone"}[named]
    mine.SetAttribute(SCAN_ATTRIBUTE, node_id)  # *Add data* gives new ids to what it reads

    show_results_of(other)

    assert not mine.GetDisplayNode().GetVisibility()


def test_voxels_are_read_where_they_lie_without_a_copy_of_all_segments(
    slicer: Any, scan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segments import segment_mask

    segmentation, segment_id = put(scan)
    voxels = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan).sum()
    monkeypatch.delattr(slicer, "vtkSegmentation")  # of which a copy would be made

    mask = segment_mask(segmentation, segment_id)

    assert mask is not None and mask.array.sum() == voxels > 0


def test_a_segment_that_was_shifted_was_edited_and_one_that_was_put_again_was_not(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited

    segmentation, segment_id = put(scan)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan)

    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, segmentation, segment_id, scan)
    assert not was_edited(segmentation, segment_id)
    moved = np.roll(mask, 1, axis=2)
    slicer.util.updateSegmentBinaryLabelmapFromArray(moved, segmentation, segment_id, scan)
    assert was_edited(segmentation, segment_id)


def test_a_result_under_a_transform_that_was_moved_since_was_not_edited(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited

    segmentation, segment_id = put(scan)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = transform.GetMatrixTransformToParent()
    matrix.SetElement(0, 3, 25)
    transform.SetMatrixTransformToParent(matrix)

    segmentation.SetAndObserveTransformNodeID(transform.GetID())

    assert not was_edited(segmentation, segment_id)


def test_a_result_in_a_scene_of_an_earlier_version_was_not_edited(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.content import content_of
    from PancreasSegLib.slicer_adapter.nodes.segments import CONTENT_TAG, segment_mask, was_edited

    segmentation, segment_id = put(scan)
    in_mm = content_of(segment_mask(segmentation, segment_id))

    segmentation.GetSegmentation().GetSegment(segment_id).SetTag(CONTENT_TAG, json.dumps(in_mm))

    assert not was_edited(segmentation, segment_id)


def test_a_transform_that_is_hardened_edits_nothing(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited

    segmentation, segment_id = put(scan)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    turned = np.array([[0.0, -1, 0, 25], [1, 0, 0, 0], [0, 0, 1.5, 0], [0, 0, 0, 1]])
    slicer.util.updateTransformMatrixFromArray(transform, turned)
    segmentation.SetAndObserveTransformNodeID(transform.GetID())

    assert segmentation.HardenTransform()

    assert not was_edited(segmentation, segment_id)


def test_an_empty_result_that_was_drawn_into_was_edited(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    mask = segmented(volume_from_node(scan)).mask.array
    nothing = StandIn(volume_from_node(scan).with_array(np.zeros_like(mask)), None)
    segmentation, segment_id = put_result(scan, nothing)
    assert not was_edited(segmentation, segment_id)

    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, segmentation, segment_id, scan)

    assert was_edited(segmentation, segment_id)
