"""Panel, views and numbers speak of the same scan, whatever is chosen or removed."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
import slicer.util

from Testing.in_slicer import desk
from Testing.in_slicer.files import own_folder


def a_removed_result_is_none_and_not_the_next_segmentation() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    desk.segment(first)
    result = desk.segment(second)
    ui = desk.widget().ui

    slicer.mrmlScene.RemoveNode(result)
    slicer.app.processEvents()

    assert desk.parameters().outputSegmentation is None
    assert ui.segmentationSelector.currentNode() is None
    assert "ml" not in ui.resultLabel.text.split()
    assert not ui.saveButton.enabled


def a_removed_reference_is_none_and_not_the_result() -> None:
    volume, truth = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)

    slicer.mrmlScene.RemoveNode(truth)
    slicer.app.processEvents()

    assert desk.parameters().reference is None
    assert ui.referenceSelector.currentNode() is None
    assert not ui.compareButton.enabled


def a_removed_volume_is_none_and_not_the_next_one() -> None:
    first, _ = desk.add_scan(0, "First")
    desk.add_scan(1, "Second")
    ui = desk.open_module()
    desk.choose(ui.inputSelector, first)

    slicer.mrmlScene.RemoveNode(first)
    slicer.app.processEvents()

    assert desk.parameters().inputVolume is None
    assert ui.inputSelector.currentNode() is None


def a_removed_region_is_none_and_not_the_next_one() -> None:
    volume, _ = desk.add_scan()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, volume)
    first, _ = (slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode") for _ in range(2))
    desk.choose(ui.roiSelector, first)

    slicer.mrmlScene.RemoveNode(first)
    slicer.app.processEvents()

    assert desk.parameters().region is None
    assert ui.roiSelector.currentNode() is None


def a_segmentation_of_another_scan_is_never_replaced_without_a_word() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    result = desk.segment(first)
    before = desk.voxels(result, desk.result_id(result), first)
    ui = desk.prepare(second)

    desk.choose(ui.segmentationSelector, result)
    if ui.segmentButton.enabled:
        desk.click(ui.segmentButton)
        desk.wait_for_run()
    else:
        assert "First" in ui.segmentButton.toolTip

    np.testing.assert_array_equal(desk.voxels(result, desk.result_id(result), first), before)


def a_chosen_volume_is_shown_in_the_slice_views() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    ui = desk.open_module()

    for volume in (first, second, first):
        desk.choose(ui.inputSelector, volume)
        assert desk.shown_volumes() == {volume.GetName()}


def another_volume_hides_the_result_of_the_first_and_the_way_back_finds_it() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    result = desk.segment(first)
    told = desk.widget().ui.resultLabel.text
    ui = desk.widget().ui

    desk.choose(ui.inputSelector, second)
    assert desk.parameters().outputSegmentation is None
    assert not _is_shown(result)
    other = desk.segment(second)
    assert desk.shown_volumes() == {"Second"}
    assert _is_shown(other) and not _is_shown(result)

    desk.choose(ui.inputSelector, first)
    assert desk.parameters().outputSegmentation is result
    assert _is_shown(result) and not _is_shown(other)
    assert ui.resultLabel.text == told


def a_segmentation_that_is_not_ours_stays_shown() -> None:
    first, truth = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    desk.segment(first)

    desk.choose(desk.widget().ui.inputSelector, second)

    assert _is_shown(truth)


def a_result_segment_removed_elsewhere_takes_its_numbers_and_buttons_with_it() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    ui = desk.widget().ui
    assert ui.saveButton.enabled

    result.GetSegmentation().RemoveSegment(desk.result_id(result))
    slicer.app.processEvents()

    assert "ml" not in ui.resultLabel.text.split()
    for button in (
        ui.saveButton,
        ui.reportButton,
        ui.centerButton,
        ui.editButton,
        ui.compareButton,
    ):
        assert not button.enabled, button.name


def a_scan_that_slicer_loads_is_the_volume_if_none_was_chosen() -> None:
    ui = desk.open_module()
    _load_by_slicer("Dropped")

    assert desk.parameters().inputVolume is not None
    assert ui.inputSelector.currentNode().GetName() == "Dropped"


def a_scan_that_slicer_loads_does_not_replace_a_chosen_volume() -> None:
    chosen, _ = desk.add_scan()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, chosen)
    _load_by_slicer("Dropped")

    assert desk.parameters().inputVolume is chosen
    assert ui.inputSelector.currentNode() is chosen


def a_ct_with_automatic_display_gets_an_abdominal_window() -> None:
    volume, _ = desk.add_scan()
    display = volume.GetDisplayNode()
    display.SetAutoWindowLevel(True)

    desk.choose(desk.open_module().inputSelector, volume)

    assert not display.GetAutoWindowLevel()
    assert 250 <= display.GetWindow() <= 500 and 20 <= display.GetLevel() <= 100


def a_display_that_the_user_set_is_left_alone() -> None:
    volume, _ = desk.add_scan()
    display = volume.GetDisplayNode()
    display.SetAutoWindowLevel(False)
    display.SetWindowLevel(1500, -500)

    desk.choose(desk.open_module().inputSelector, volume)

    assert (display.GetWindow(), display.GetLevel()) == (1500, -500)


def a_clone_of_a_result_is_seen_and_told_with_its_scan_alone() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    result = desk.segment(first)
    ui = desk.widget().ui
    told = ui.resultLabel.text
    tree = slicer.mrmlScene.GetSubjectHierarchyNode()
    clone = tree.GetItemDataNode(
        slicer.modules.subjecthierarchy.logic().CloneSubjectHierarchyItem(
            tree, tree.GetItemByDataNode(result)
        )
    )

    desk.choose(ui.segmentationSelector, clone)
    assert ui.resultLabel.text == told
    desk.choose(ui.inputSelector, second)
    assert not _is_shown(clone)
    desk.choose(ui.inputSelector, first)
    assert _is_shown(clone)
    assert desk.parameters().outputSegmentation is result


def the_result_of_a_removed_scan_is_no_result_of_the_next_one() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    result = desk.segment(first)
    ui = desk.widget().ui

    slicer.mrmlScene.RemoveNode(first)
    slicer.app.processEvents()
    assert not ui.reportButton.enabled
    desk.choose(ui.inputSelector, second)
    assert desk.parameters().outputSegmentation is None
    assert not _is_shown(result)

    desk.choose(ui.segmentationSelector, result)
    assert "another volume" in ui.resultLabel.text
    for button in (ui.saveButton, ui.reportButton, ui.segmentButton):
        assert not button.enabled, button.name


def the_region_of_one_scan_is_not_used_for_the_next_and_stays_in_the_scene() -> None:
    first, _ = desk.add_scan(0, "First")
    second, _ = desk.add_scan(1, "Second")
    ui = desk.open_module()
    desk.choose(ui.inputSelector, first)
    desk.click(ui.createRoiButton)
    region = desk.parameters().region
    assert region is not None

    desk.choose(ui.inputSelector, second)

    assert desk.parameters().region is None
    assert ui.roiSelector.currentNode() is None
    assert region.GetScene() is slicer.mrmlScene


def _is_shown(segmentation: Any) -> bool:
    display = segmentation.GetDisplayNode()
    return bool(display is not None and display.GetVisibility())


def _load_by_slicer(name: str) -> None:
    volume, _ = desk.add_scan(0, name)
    with own_folder() as folder:
        path = folder / f"{name}.nrrd"
        assert slicer.util.saveNode(volume, str(path))
        slicer.mrmlScene.RemoveNode(volume)
        slicer.app.processEvents()
        slicer.util.loadVolume(str(path))
        slicer.app.processEvents()
