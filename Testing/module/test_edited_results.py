"""A result that the user has edited is never replaced; one that was not is, as one step of undo."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from Testing.module.conftest import result_of
from Testing.slicer.module_fixtures import until


def voxels(slicer: Any, segmentation: Any, scan: Any) -> np.ndarray:
    segment_id = segmentation.GetSegmentation().GetNthSegmentID(0)
    return np.array(slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan))


def edit(slicer: Any, segmentation: Any, scan: Any) -> np.ndarray:
    """Erase a part, as in the Segment Editor; the voxels that are left."""
    left = voxels(slicer, segmentation, scan)
    left[:, :10] = 0
    segment_id = segmentation.GetSegmentation().GetNthSegmentID(0)
    slicer.util.updateSegmentBinaryLabelmapFromArray(left, segmentation, segment_id, scan)
    return left


def test_an_edited_result_is_kept_and_the_panel_names_the_new_one(
    widget: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    parameters = widget.panel.parameters
    ours = result_of(scan)
    parameters.inputVolume, parameters.model = scan, str(random_model)
    mine = edit(slicer, ours, scan)

    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)

    made = parameters.outputSegmentation
    assert made is not ours
    np.testing.assert_array_equal(voxels(slicer, ours, scan), mine)
    assert widget.ui.messageLabel.text == (
        f"'{ours.GetName()}' was edited, so it was kept; the new result is '{made.GetName()}'."
    )


def test_an_edit_during_the_run_is_not_lost(
    widget: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    parameters = widget.panel.parameters
    ours = result_of(scan)
    parameters.inputVolume, parameters.model = scan, str(random_model)

    widget.ui.segmentButton.click()
    mine = edit(slicer, ours, scan)
    until(lambda: not widget.panel.is_running)

    np.testing.assert_array_equal(voxels(slicer, ours, scan), mine)
    assert parameters.outputSegmentation is not ours


def test_a_result_as_it_was_made_is_replaced(slicer: Any, scan: Any) -> None:
    ours = result_of(scan)

    assert result_of(scan, ours, slices=slice(2, 4)) is ours
    assert np.flatnonzero(voxels(slicer, ours, scan).any(axis=(1, 2))).tolist() == [2, 3]


@pytest.mark.parametrize("is_edited", [True, False])
def test_what_was_edited_is_known_in_a_scene_that_was_saved(
    widget: Any, slicer: Any, scan: Any, tmp_path: Path, is_edited: bool
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited

    ours = result_of(scan)
    if is_edited:
        edit(slicer, ours, scan)
    name = ours.GetName()
    assert slicer.util.saveScene(str(tmp_path / "Szene.mrb"))
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "Szene.mrb"))

    again = slicer.util.getNode(name)

    assert was_edited(again, again.GetSegmentation().GetNthSegmentID(0)) is is_edited


def reported(scan: Any, segmentation: Any = None, slices: slice = slice(3, 6), **more: Any) -> Any:
    """As `result_of`, with the report of the run."""
    from PancreasSegLib.slicer_adapter.nodes.report import put_report

    result = result_of(scan, segmentation, slices)
    voxels = (slices.stop - slices.start) * 12 * 14
    report = {"found": True, "volume_ml": voxels * 1.5 * 1.6 * 2.1 / 1000, "warnings": []}
    report |= {"intensity_mean": 137, "intensity_sd": 110, "intensity_unit": "HU"}
    put_report(result, report | {"model": {"name": "first"}, "device": "cpu"} | more)
    return result


def test_an_edit_that_changes_no_volume_is_told(widget: Any, slicer: Any, scan: Any) -> None:
    ours = reported(scan)
    widget.panel.parameters.inputVolume = scan
    assert "Mean 137" in widget.ui.resultLabel.text
    moved = np.roll(voxels(slicer, ours, scan), (2, 4), axis=(0, 1))
    segment_id = ours.GetSegmentation().GetNthSegmentID(0)

    slicer.util.updateSegmentBinaryLabelmapFromArray(moved, ours, segment_id, scan)
    widget.panel.poll()

    assert "\nEdited: the engine's own result was 2.5 ml." in widget.ui.resultLabel.text
    assert "Mean 137" not in widget.ui.resultLabel.text


def test_another_volume_under_a_transform_is_no_edit(widget: Any, slicer: Any, scan: Any) -> None:
    ours = reported(scan)
    widget.panel.parameters.inputVolume = scan
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(transform, np.diag([1.0, 1.0, 2.0, 1.0]))

    for node in (scan, ours):
        node.SetAndObserveTransformNodeID(transform.GetID())
    widget.panel.poll()

    assert widget.ui.resultLabel.text.startswith("Volume: 5.1 ml\nMean 137")


def test_a_pancreas_that_was_drawn_into_an_empty_result_is_not_said_to_be_missing(
    widget: Any, slicer: Any, scan: Any
) -> None:
    none = "No pancreas was found: the mask is empty."
    found_nothing = {"found": False, "warnings": [none], "intensity_mean": None}
    ours = reported(scan, slices=slice(0, 0), **found_nothing)
    widget.panel.parameters.inputVolume = scan
    assert "No pancreas was found." in widget.ui.warningLabel.text
    segment_id = ours.GetSegmentation().GetNthSegmentID(0)
    drawn = np.zeros((10, 24, 26), np.uint8)
    drawn[3:6, 6:18, 6:20] = 1

    slicer.util.updateSegmentBinaryLabelmapFromArray(drawn, ours, segment_id, scan)
    widget.panel.poll()

    assert widget.ui.warningLabel.text == ""
    assert "\nEdited: the engine's own result was 0.0 ml." in widget.ui.resultLabel.text


def test_a_surface_or_another_segment_is_no_edit(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import set_smoothing
    from PancreasSegLib.slicer_adapter.nodes.segments import was_edited

    ours = result_of(scan)
    segment_id = ours.GetSegmentation().GetNthSegmentID(0)
    set_smoothing(ours, 0.9)
    liver = ours.GetSegmentation().AddEmptySegment("", "liver")
    everything = np.ones((10, 24, 26), np.uint8)
    slicer.util.updateSegmentBinaryLabelmapFromArray(everything, ours, liver, scan)

    assert not was_edited(ours, segment_id)


def history_of(slicer: Any, segmentation: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The Segment Editor's steps of undo; it is open, with this segmentation."""
    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(segmentation.GetSegmentation())
    editor = SimpleNamespace(
        segmentationNode=lambda: segmentation, saveStateForUndo=history.SaveState
    )
    opened = SimpleNamespace(editor=editor)
    monkeypatch.setattr(slicer.modules, "SegmentEditorWidget", opened, raising=False)
    return history


def test_a_run_is_one_step_of_undo_in_the_segment_editor(
    slicer: Any, scan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = result_of(scan)
    before = voxels(slicer, ours, scan)
    history = history_of(slicer, ours, monkeypatch)

    result_of(scan, ours, slices=slice(1, 2))
    assert history.RestorePreviousState()

    np.testing.assert_array_equal(voxels(slicer, ours, scan), before)
    assert not history.IsRestorePreviousStateAvailable()


def test_undo_of_a_run_brings_back_what_was_told_of_the_run_before(
    widget: Any, slicer: Any, scan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = reported(scan)
    widget.panel.parameters.inputVolume = scan
    history = history_of(slicer, ours, monkeypatch)
    second = {"model": {"name": "second"}, "warnings": ["Too small."]}
    reported(scan, ours, slices=slice(1, 2), **second)
    widget.enter()
    assert "Model second" in widget.ui.resultLabel.text

    assert history.RestorePreviousState()
    widget.panel.poll()  # nobody needs to come back from the Segment Editor

    assert "Model first" in widget.ui.resultLabel.text
    assert "Edited" not in widget.ui.resultLabel.text
    assert widget.ui.warningLabel.text == ""


def test_results_of_one_scan_have_names_of_their_own(
    slicer: Any, scan: Any, reference: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare

    results = [result_of(scan) for _ in range(3)]
    for one in results:
        compare(one, one.GetSegmentation().GetNthSegmentID(0), reference)

    kinds = ("vtkMRMLSegmentationNode", "vtkMRMLTableNode", "vtkMRMLPlotChartNode")
    for nodes in map(slicer.util.getNodesByClass, kinds):
        names = [node.GetName() for node in nodes]
        assert len(names) == len(set(names)) >= 3
