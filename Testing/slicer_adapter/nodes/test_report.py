"""The engine's report stays with the result that it is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from Testing.slicer_adapter.scans import AFFINES, cloned, scan_of_the_ball, segmented

REPORT = {"found": True, "warnings": ["Größe | Lage:\n~^ zweifelhaft"], "region": None}


@pytest.fixture
def result(slicer: Any) -> Any:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    return put_result(scan, segmented(volume_from_node(scan)))[0]


def test_a_result_without_a_report_has_none(slicer: Any, result: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import put_report, report_of

    assert report_of(result) is None
    assert report_of(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")) is None
    put_report(result, REPORT)
    assert report_of(result) == REPORT


def test_slicer_shows_a_key_of_the_report_where_it_shows_the_tags_of_the_segment(
    slicer: Any, result: Any, tmp_path: Path
) -> None:
    """Pointing at a segment in the module Data shows all its tags with their values."""
    from vtkmodules.vtkCommonCore import reference as vtk_reference

    from PancreasSegLib.slicer_adapter.nodes.report import put_report, report_of
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment

    put_report(result, REPORT)
    segment_id = result.GetSegmentation().GetNthSegmentID(0)

    save_segment(result, segment_id, tmp_path / "pancreas.seg.nrrd")  # which has it in the tag

    tag = vtk_reference("")
    assert result.GetSegmentation().GetSegment(segment_id).GetTag("PancreasSeg.report", tag)
    assert len(str(tag)) == 8
    assert report_of(cloned(slicer, result)) == REPORT


def test_the_report_is_saved_with_the_segmentation(
    slicer: Any, result: Any, tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import put_report, report_of
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited

    put_report(result, REPORT)
    segment_id = result.GetSegmentation().GetNthSegmentID(0)
    save_segment(result, segment_id, tmp_path / "pancreas.seg.nrrd")

    loaded = slicer.util.loadSegmentation(str(tmp_path / "pancreas.seg.nrrd"))

    assert report_of(loaded) == REPORT
    assert not was_edited(loaded, loaded.GetSegmentation().GetNthSegmentID(0))


def test_the_report_of_a_scene_that_an_earlier_version_saved_is_read(result: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import put_report, report_of

    result.SetAttribute("PancreasSeg.report", json.dumps(REPORT))
    assert report_of(result) == REPORT

    put_report(result, REPORT | {"found": False})
    assert report_of(result) == REPORT | {"found": False}
