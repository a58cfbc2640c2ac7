"""The user's own work on a result is never lost."""

from __future__ import annotations

import numpy as np
import slicer
import slicer.util

from Testing.in_slicer import desk


def an_edited_result_is_not_replaced_by_the_next_run() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    segment_id = desk.result_id(result)
    desk.edit(result, segment_id, volume)
    edited = desk.voxels(result, segment_id, volume)

    desk.segment(volume)

    np.testing.assert_array_equal(desk.voxels(result, segment_id, volume), edited)
    assert len(_our_segments()) == 2


def an_edit_during_a_run_is_kept() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    segment_id = desk.result_id(result)
    desk.click(desk.prepare(volume).segmentButton)

    desk.edit(result, segment_id, volume)
    edited = desk.voxels(result, segment_id, volume)
    desk.wait_for_run()

    np.testing.assert_array_equal(desk.voxels(result, segment_id, volume), edited)
    assert len(_our_segments()) == 2


def a_result_that_was_not_edited_is_replaced() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)

    desk.segment(volume)

    assert len(_our_segments()) == 1


def an_edit_is_measured_and_told_at_once() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    segment_id = desk.result_id(result)

    desk.edit(result, segment_id, volume)
    slicer.util.selectModule("Data")
    ui = desk.open_module()

    volume_ml = desk.voxels(result, segment_id, volume).sum() * 4 * 4 * 6 / 1000
    assert f"{volume_ml:.1f} ml" in ui.resultLabel.text
    assert "dited" in ui.resultLabel.text


def the_segment_editor_opens_with_our_segment_and_scan() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)

    desk.click(desk.widget().ui.editButton)
    slicer.app.processEvents()

    editor = slicer.util.getModuleWidget("SegmentEditor").editor
    assert slicer.util.selectedModule() == "SegmentEditor"
    assert editor.segmentationNode() is result
    assert editor.sourceVolumeNode() is volume
    assert editor.currentSegmentID() == desk.result_id(result)
    slicer.util.selectModule("PancreasSeg")


def undo_of_a_run_brings_back_the_voxels_and_the_numbers_of_the_run_before() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    ui, segment_id = desk.widget().ui, desk.result_id(result)
    told, before = ui.resultLabel.text, desk.voxels(result, segment_id, volume)
    desk.click(ui.editButton)  # the editor keeps the steps of what it has chosen
    slicer.util.arrayFromVolume(volume)[::2] = -1000
    slicer.util.arrayFromVolumeModified(volume)
    assert desk.segment(volume) is result
    assert ui.resultLabel.text != told

    slicer.util.getModuleWidget("SegmentEditor").editor.undo()

    desk.until(lambda: ui.resultLabel.text == told, "what was told before is back", 5)
    np.testing.assert_array_equal(desk.voxels(result, segment_id, volume), before)


def _our_segments() -> list[tuple[str, str]]:
    """Name of the node and of the segment, of all results in the scene."""
    from PancreasSegLib.slicer_adapter.nodes.segments import foreign_segments

    found = []
    for node in slicer.util.getNodesByClass("vtkMRMLSegmentationNode"):
        segmentation = node.GetSegmentation()
        ours = set(segmentation.GetSegmentIDs()) - set(foreign_segments(node))
        found += [(node.GetName(), segmentation.GetSegment(one).GetName()) for one in ours]
    if "truth" in str(found):
        raise AssertionError(f"a result was put into the truth: {found}")
    return found
