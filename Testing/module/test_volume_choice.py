"""The chosen volume is the one that is seen, with its own result and no other's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.module.conftest import IJK_TO_RAS, noise, result_of, segmentation_of
from Testing.slicer.module_fixtures import close_widget, open_widget


@pytest.fixture
def views(slicer: Any) -> list[Any]:
    """Of two slice views, what they show."""
    kind = "vtkMRMLSliceCompositeNode"
    return [slicer.mrmlScene.AddNewNodeByClass(kind, name) for name in ("Red", "Green")]


@pytest.fixture
def other(slicer: Any) -> Any:
    return slicer.util.addVolumeFromArray(noise((10, 24, 26)), IJK_TO_RAS, "Another")


def background(views: list[Any]) -> set[str]:
    return {view.GetBackgroundVolumeID() for view in views}


def test_choosing_a_volume_shows_it(widget: Any, views: list[Any], scan: Any, other: Any) -> None:
    widget.panel.parameters.inputVolume = scan
    assert background(views) == {scan.GetID()}

    widget.ui.inputSelector.setCurrentNode(other)

    assert background(views) == {other.GetID()}


def test_results_of_other_scans_are_hidden_and_come_back(
    widget: Any, scan: Any, other: Any
) -> None:
    ours, theirs = result_of(scan), result_of(other)
    parameters = widget.panel.parameters

    parameters.inputVolume = other
    assert parameters.outputSegmentation is theirs
    assert theirs.GetDisplayNode().GetVisibility()
    assert not ours.GetDisplayNode().GetVisibility()

    parameters.inputVolume = scan
    assert parameters.outputSegmentation is ours
    assert ours.GetDisplayNode().GetVisibility()
    assert not theirs.GetDisplayNode().GetVisibility()


def test_the_result_of_a_scan_that_was_removed_is_hidden_too(
    widget: Any, slicer: Any, scan: Any, other: Any
) -> None:
    ours = result_of(scan)
    widget.panel.parameters.inputVolume = scan
    slicer.mrmlScene.RemoveNode(scan)

    widget.panel.parameters.inputVolume = other

    assert not ours.GetDisplayNode().GetVisibility()
    assert widget.panel.parameters.outputSegmentation is None


def test_of_a_shared_segmentation_only_our_segment_is_hidden(
    widget: Any, slicer: Any, scan: Any, other: Any
) -> None:
    mask = np.ones((10, 24, 26), np.uint8)
    shared = segmentation_of(slicer, scan, mask, "Shared")
    result_of(scan, shared)
    drawn, ours = shared.GetSegmentation().GetSegmentIDs()

    widget.panel.parameters.inputVolume = other

    display = shared.GetDisplayNode()
    assert display.GetVisibility() and display.GetSegmentVisibility(drawn)
    assert not display.GetSegmentVisibility(ours)
    widget.panel.parameters.inputVolume = scan
    assert display.GetSegmentVisibility(ours)


def test_what_the_user_has_hidden_stays_hidden(widget: Any, scan: Any, other: Any) -> None:
    ours = result_of(scan)
    ours.GetDisplayNode().SetVisibility(False)

    widget.panel.parameters.inputVolume = other
    widget.panel.parameters.inputVolume = scan

    assert not ours.GetDisplayNode().GetVisibility()


def test_segmentations_of_the_user_are_never_hidden(
    widget: Any, scan: Any, other: Any, reference: Any
) -> None:
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.inputVolume = other

    assert reference.GetDisplayNode().GetVisibility()


def test_the_first_volume_that_is_no_label_map_is_chosen_at_the_start(
    module: Any, slicer: Any, scan: Any
) -> None:
    slicer.mrmlScene.RemoveNode(scan)
    kind = "vtkMRMLLabelMapVolumeNode"
    slicer.util.addVolumeFromArray(np.ones((4, 8, 8), np.uint8), name="Labels", nodeClassName=kind)
    first = slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="First")
    slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="Second")

    opened = open_widget(module)

    assert opened.panel.parameters.inputVolume is first
    close_widget(opened)


def test_a_scan_that_is_loaded_elsewhere_is_chosen_if_none_was(
    widget: Any, slicer: Any, scan: Any, views: list[Any]
) -> None:
    assert not widget.panel.parameters.inputVolume

    widget.panel.poll()

    assert widget.panel.parameters.inputVolume is scan
    assert background(views) == {scan.GetID()}


def test_it_is_chosen_with_the_next_event_of_the_window(
    widget: Any, slicer: Any, scan: Any
) -> None:
    from PySide6 import QtWidgets

    widget._timer.stop()

    QtWidgets.QApplication.processEvents()

    assert widget.panel.parameters.inputVolume is scan


def test_what_was_added_before_a_choice_is_not_taken_after_it(
    widget: Any, slicer: Any, scan: Any, other: Any
) -> None:
    widget.panel.parameters.inputVolume = scan

    slicer.mrmlScene.RemoveNode(scan)
    widget.panel.poll()

    assert not widget.panel.parameters.inputVolume


def test_a_scan_whose_image_comes_later_is_chosen_then(widget: Any, slicer: Any) -> None:
    late = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Late")
    widget.panel.poll()
    assert not widget.panel.parameters.inputVolume

    slicer.util.updateVolumeFromArray(late, noise((4, 8, 8)))
    widget.panel.poll()

    assert widget.panel.parameters.inputVolume is late


def test_a_chosen_volume_is_not_given_up_for_a_new_one(widget: Any, slicer: Any, scan: Any) -> None:
    widget.panel.parameters.inputVolume = scan

    slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="New")
    widget.panel.poll()
    slicer.mrmlScene.RemoveNode(scan)
    widget.panel.poll()

    assert not widget.panel.parameters.inputVolume


def ct(slicer: Any) -> Any:
    values = noise((10, 24, 26))
    values[:, :4] = -1000
    node = slicer.util.addVolumeFromArray(values, IJK_TO_RAS, "CT")
    node.CreateDefaultDisplayNodes()
    return node


def test_a_ct_with_an_automatic_display_gets_the_window_of_the_abdomen(
    widget: Any, slicer: Any
) -> None:
    node = ct(slicer)

    widget.panel.parameters.inputVolume = node

    display = node.GetDisplayNode()
    assert (display.GetWindow(), display.GetLevel()) == (400, 40)
    assert not display.GetAutoWindowLevel()


def test_a_window_that_the_user_set_and_what_is_no_ct_stay(
    widget: Any, slicer: Any, scan: Any
) -> None:
    node = ct(slicer)
    node.GetDisplayNode().AutoWindowLevelOff()
    node.GetDisplayNode().SetWindowLevel(1500, -600)
    scan.CreateDefaultDisplayNodes()

    widget.panel.parameters.inputVolume = node
    widget.panel.parameters.inputVolume = scan

    assert node.GetDisplayNode().GetWindow() == 1500
    assert scan.GetDisplayNode().GetAutoWindowLevel()


def test_a_saved_scene_shows_what_it_showed(
    widget: Any, slicer: Any, scan: Any, other: Any, tmp_path: Path
) -> None:
    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", "Red")
    view.SetLayoutName("Red")
    result_of(scan)
    widget.panel.parameters.inputVolume = scan
    view.SetBackgroundVolumeID(other.GetID())
    assert slicer.util.saveScene(str(tmp_path / "Szene.mrb"))
    slicer.mrmlScene.Clear(0)

    slicer.util.loadScene(str(tmp_path / "Szene.mrb"))

    assert widget.panel.parameters.inputVolume.GetName() == "Abdomen"
    kind = "vtkMRMLSliceCompositeNode"
    shown = slicer.mrmlScene.GetFirstNodeByClass(kind).GetBackgroundVolumeID()
    assert slicer.mrmlScene.GetNodeByID(shown).GetName() == "Another"


def drawn_region(slicer: Any, name: str = "Here") -> Any:
    return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", name)


def test_the_region_of_one_scan_is_not_used_for_the_next_one(
    widget: Any, slicer: Any, scan: Any, other: Any
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume = scan
    widget.ui.createRoiButton.click()
    made = parameters.region

    widget.ui.inputSelector.setCurrentNode(other)

    assert parameters.region is None and widget.ui.roiSelector.currentNode() is None
    assert made.GetScene() is slicer.mrmlScene  # it can be chosen again
    widget.ui.roiSelector.setCurrentNode(made)
    widget.panel.poll()
    assert parameters.region is made
    widget.ui.inputSelector.setCurrentNode(scan)  # and so it is the next one's now
    assert parameters.region is None


def test_nor_where_the_first_scan_was_removed_before_the_next_one_came(
    widget: Any, slicer: Any, scan: Any
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume = scan
    widget.ui.roiSelector.setCurrentNode(drawn_region(slicer))
    widget.panel.poll()
    slicer.mrmlScene.RemoveNode(scan)
    assert parameters.region is not None

    slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="Next")
    widget.panel.poll()

    assert parameters.inputVolume.GetName() == "Next"
    assert parameters.region is None


def test_the_region_stays_where_the_same_scan_is_chosen_again(
    widget: Any, slicer: Any, scan: Any
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.region = scan, drawn_region(slicer)
    widget.panel.poll()

    parameters.inputVolume = None
    widget.panel.poll()
    parameters.inputVolume = scan

    assert parameters.region is not None


def test_a_region_that_was_there_before_the_first_scan_is_kept_for_that_one(
    widget: Any, slicer: Any, scan: Any, other: Any
) -> None:
    parameters = widget.panel.parameters
    slicer.mrmlScene.RemoveNode(scan)
    parameters.inputVolume, parameters.region = None, drawn_region(slicer)
    widget.panel.poll()

    parameters.inputVolume = other
    widget.panel.poll()
    assert parameters.region is not None
    parameters.inputVolume = slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="Next")

    assert parameters.region is None


@pytest.mark.parametrize("order", ["volume first", "region first", "both at once"])
def test_a_script_chooses_the_next_scan_with_its_region(
    widget: Any, slicer: Any, scan: Any, other: Any, order: str
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.region = scan, drawn_region(slicer)
    widget.panel.poll()
    theirs = drawn_region(slicer, "There")

    if order == "volume first":
        parameters.inputVolume, parameters.region = other, theirs
    elif order == "region first":
        parameters.region, parameters.inputVolume = theirs, other
    else:
        with slicer.util.NodeModify(parameters.parameterNode):
            parameters.region, parameters.inputVolume = theirs, other

    widget.panel.poll()
    assert parameters.region is theirs


def choose(widget: Any, **chosen: Any) -> None:
    """By the parameter node, which nobody may hold when the scene is closed."""
    for name, node in chosen.items():
        setattr(widget.panel.parameters, name, node)
    widget.panel.poll()


def test_a_saved_scene_comes_back_with_its_region(
    widget: Any, slicer: Any, scan: Any, other: Any, tmp_path: Path
) -> None:
    choose(widget, inputVolume=scan, region=drawn_region(slicer))
    assert slicer.util.saveScene(str(tmp_path / "Szene.mrb"))
    choose(widget, inputVolume=other)
    slicer.mrmlScene.Clear(0)

    slicer.util.loadScene(str(tmp_path / "Szene.mrb"))
    widget.panel.poll()
    assert widget.panel.parameters.region.GetName() == "Here"

    choose(widget, inputVolume=slicer.util.getNode("Another"))
    assert widget.panel.parameters.region is None


def test_a_scene_that_is_added_to_the_scene_comes_with_its_own_region(
    widget: Any, slicer: Any, scan: Any, tmp_path: Path
) -> None:
    choose(widget, inputVolume=scan, region=drawn_region(slicer))
    assert slicer.util.saveScene(str(tmp_path / "Szene.mrb"))
    slicer.mrmlScene.Clear(0)
    first = slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="First")
    choose(widget, inputVolume=first, region=drawn_region(slicer, "There"))

    slicer.util.loadScene(str(tmp_path / "Szene.mrb"), {"clear": False})
    widget.panel.poll()

    assert widget.panel.parameters.inputVolume.GetName() == "Abdomen"
    assert widget.panel.parameters.region.GetName() == "Here"
