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


def test_a_run_is_one_step_of_undo_in_the_segment_editor(
    slicer: Any, scan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = result_of(scan)
    before = voxels(slicer, ours, scan)
    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(ours.GetSegmentation())
    editor = SimpleNamespace(segmentationNode=lambda: ours, saveStateForUndo=history.SaveState)
    opened = SimpleNamespace(editor=editor)
    monkeypatch.setattr(slicer.modules, "SegmentEditorWidget", opened, raising=False)

    result_of(scan, ours, slices=slice(1, 2))
    assert history.RestorePreviousState()

    np.testing.assert_array_equal(voxels(slicer, ours, scan), before)
    assert not history.IsRestorePreviousStateAvailable()


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
