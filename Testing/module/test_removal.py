"""What is removed elsewhere is chosen no longer, and nothing else is chosen in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.module.conftest import noise, result_of, segmentation_of
from Testing.slicer_adapter.scans import cloned


@pytest.mark.parametrize("name", ["inputVolume", "region", "outputSegmentation", "reference"])
def test_removed_means_none(widget: Any, slicer: Any, name: str) -> None:
    parameters = widget.panel.parameters
    kind = {
        "inputVolume": "vtkMRMLScalarVolumeNode",
        "region": "vtkMRMLMarkupsROINode",
    }.get(name, "vtkMRMLSegmentationNode")
    nodes = [slicer.mrmlScene.AddNewNodeByClass(kind) for _ in range(3)]
    setattr(parameters, name, nodes[1])

    slicer.mrmlScene.RemoveNode(nodes[1])

    assert getattr(parameters, name) is None
    assert getattr(widget.logic.getParameterNode(), name) is None


def test_after_a_result_was_removed_no_other_one_is_told_or_replaced(
    widget: Any, slicer: Any, scan: Any, model_name: str
) -> None:
    other = slicer.util.addVolumeFromArray(noise((10, 24, 26)), name="Another")
    result_of(other)
    ours = result_of(scan)
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.model = scan, model_name
    assert parameters.outputSegmentation is ours

    slicer.mrmlScene.RemoveNode(ours)

    assert widget.ui.resultLabel.text.startswith("There is no result yet;")
    assert widget.ui.segmentationSelector.currentNode() is None
    assert widget.ui.segmentButton.enabled


def test_a_result_of_another_volume_is_no_output(
    widget: Any, slicer: Any, scan: Any, model_name: str
) -> None:
    other = slicer.util.addVolumeFromArray(noise((10, 24, 26)), name="Another")
    theirs = result_of(other)
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.model = scan, model_name

    parameters.outputSegmentation = theirs

    assert not widget.ui.segmentButton.enabled
    assert "belongs to the volume 'Another', not to 'Abdomen'" in widget.ui.reasonLabel.text
    assert "is a result of the volume 'Another'" in widget.ui.resultLabel.text
    assert not widget.ui.saveButton.enabled


def test_the_result_of_a_removed_scan_is_no_result_of_another_one(
    widget: Any, slicer: Any, scan: Any, model_name: str
) -> None:
    parameters, ui = widget.panel.parameters, widget.ui
    parameters.inputVolume, parameters.model = scan, model_name
    parameters.outputSegmentation = ours = result_of(scan)
    slicer.mrmlScene.RemoveNode(scan)
    other = slicer.util.addVolumeFromArray(noise((10, 24, 26)), name="Another")

    parameters.inputVolume, parameters.outputSegmentation = other, ours

    assert ui.resultLabel.text == (
        "The segmentation 'Abdomen pancreas' is a result of another volume than 'Another', perhaps "
        "of a removed one; choose no volume to see it."
    )
    for button in (ui.saveButton, ui.editButton, ui.centerButton, ui.reportButton):
        assert not button.enabled and button.toolTip == ui.resultLabel.text
    assert not ui.segmentButton.enabled
    assert ui.reasonLabel.text == (
        "The segmentation 'Abdomen pancreas' holds a result of another volume than 'Another', "
        "perhaps of a removed one; choose a new segmentation."
    )


def test_the_result_of_a_removed_scan_can_be_saved_and_has_no_report(
    widget: Any, slicer: Any, scan: Any, tmp_path: Path
) -> None:
    parameters, ui = widget.panel.parameters, widget.ui
    parameters.inputVolume = scan
    parameters.outputSegmentation = result_of(scan)
    assert ui.reportButton.enabled

    slicer.mrmlScene.RemoveNode(scan)

    assert not ui.reportButton.enabled
    assert ui.reportButton.toolTip == (
        "No volume is selected; choose that of the result: the report has pictures of it."
    )
    widget.panel.dialogs.path = str(tmp_path / "ours.seg.nrrd")
    ui.saveButton.click()
    assert (tmp_path / "ours.seg.nrrd").exists()


def test_a_segmentation_whose_result_and_scan_were_removed_takes_another_result(
    widget: Any, slicer: Any, scan: Any, model_name: str
) -> None:
    ours = result_of(scan)
    slicer.mrmlScene.RemoveNode(scan)
    ours.GetSegmentation().RemoveSegment(ours.GetSegmentation().GetNthSegmentID(0))
    parameters = widget.panel.parameters
    parameters.inputVolume = slicer.util.addVolumeFromArray(noise((10, 24, 26)), name="Another")
    parameters.model, parameters.outputSegmentation = model_name, ours

    assert widget.ui.segmentButton.enabled


def test_a_result_from_a_file_and_a_clone_are_results_of_the_chosen_scan(
    widget: Any, slicer: Any, scan: Any, model_name: str, tmp_path: Path
) -> None:
    parameters, ui = widget.panel.parameters, widget.ui
    parameters.inputVolume, parameters.model = scan, model_name
    parameters.outputSegmentation = ours = result_of(scan)
    widget.panel.dialogs.path = str(tmp_path / "ours.seg.nrrd")
    ui.saveButton.click()

    for result in (
        cloned(slicer, ours),
        slicer.util.loadSegmentation(str(tmp_path / "ours.seg.nrrd")),
    ):
        parameters.outputSegmentation = result
        assert ui.saveButton.enabled and ui.reportButton.enabled and ui.segmentButton.enabled


def test_a_clone_whose_note_names_another_scan_since_is_no_result_of_that(
    widget: Any, slicer: Any, scan: Any, model_name: str
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import SCAN_ATTRIBUTE

    other = slicer.util.addVolumeFromArray(noise((10, 24, 26)), name="Another")
    clone = cloned(slicer, result_of(scan))
    clone.SetAttribute(SCAN_ATTRIBUTE, other.GetID())  # *Add data* gives new ids to what it reads
    parameters, ui = widget.panel.parameters, widget.ui

    parameters.inputVolume, parameters.model = other, model_name
    parameters.outputSegmentation = clone

    assert "is a result of another volume than 'Another'" in ui.resultLabel.text
    assert not ui.saveButton.enabled and not ui.segmentButton.enabled


def test_a_clone_that_lost_the_transform_of_its_scan_is_no_result_until_it_is_put_there(
    widget: Any, slicer: Any, scan: Any
) -> None:
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    scan.SetAndObserveTransformNodeID(transform.GetID())
    clone = cloned(slicer, result_of(scan))
    assert clone.GetTransformNodeID() is None  # Slicer clones without it
    parameters, ui = widget.panel.parameters, widget.ui

    parameters.inputVolume, parameters.outputSegmentation = scan, clone
    assert "does not lie under the transform" in ui.resultLabel.text
    assert not ui.reportButton.enabled

    clone.SetAndObserveTransformNodeID(transform.GetID())
    widget.panel.poll()
    assert ui.resultLabel.text.startswith("Volume: ") and ui.reportButton.enabled


def test_buttons_and_volume_follow_a_segment_that_was_removed(
    widget: Any, slicer: Any, scan: Any
) -> None:
    ours = result_of(scan)
    widget.panel.parameters.inputVolume = scan
    assert widget.ui.resultLabel.text.startswith("Volume: ")

    ours.GetSegmentation().RemoveSegment(ours.GetSegmentation().GetNthSegmentID(0))

    assert widget.ui.resultLabel.text.endswith("holds no result of PancreasSeg yet.")
    for button in (widget.ui.centerButton, widget.ui.editButton, widget.ui.saveButton):
        assert not button.enabled


def test_the_volume_follows_an_edit(widget: Any, slicer: Any, scan: Any) -> None:
    ours = result_of(scan)
    widget.panel.parameters.inputVolume = scan
    segment_id = ours.GetSegmentation().GetNthSegmentID(0)
    less = np.zeros((10, 24, 26), np.uint8)
    less[4, 8:12, 8:12] = 1

    slicer.util.updateSegmentBinaryLabelmapFromArray(less, ours, segment_id, scan)
    widget.panel.poll()

    assert f"Volume: {16 * 1.5 * 1.6 * 2.1 / 1000:.1f} ml" in widget.ui.resultLabel.text


def test_another_segmentation_is_no_longer_watched(
    widget: Any, slicer: Any, scan: Any, reference: Any
) -> None:
    ours = result_of(scan)
    widget.panel.parameters.inputVolume = scan
    assert ours.HasObserver(slicer.vtkSegmentation.SegmentRemoved)

    widget.panel.parameters.outputSegmentation = segmentation_of(
        slicer, scan, np.zeros((10, 24, 26), np.uint8), "Another one"
    )

    assert not ours.HasObserver(slicer.vtkSegmentation.SegmentRemoved)
