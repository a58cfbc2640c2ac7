"""Parameter node, scene close, reload of the scene and of the module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.slicer.module_fixtures import close_widget, load_module, open_widget, until


def test_what_is_chosen_in_the_panel_is_in_the_parameter_node(
    widget: Any, scan: Any, slicer: Any
) -> None:
    region = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Here")
    ui = widget.ui

    ui.inputSelector.setCurrentNode(scan)
    ui.roiSelector.setCurrentNode(region)
    ui.opacitySlider.value = 0.25
    ui.show3DCheckBox.checked = False
    ui.deviceSelector.currentIndex = 1

    parameters = widget.logic.getParameterNode()
    assert parameters.inputVolume is scan
    assert parameters.region is region
    assert parameters.opacity == pytest.approx(0.25)
    assert parameters.show3D is False
    assert parameters.device == "cpu"


def test_what_a_script_sets_is_shown_in_the_panel(widget: Any, scan: Any, reference: Any) -> None:
    parameters = widget.logic.getParameterNode()

    parameters.inputVolume = scan
    parameters.reference = reference
    parameters.smoothing = 0.75
    parameters.keepProbability = True
    parameters.device = "cpu"

    ui = widget.ui
    assert ui.inputSelector.currentNode() is scan
    assert ui.referenceSelector.currentNode() is reference
    assert ui.smoothingSlider.value == pytest.approx(0.75)
    assert ui.probabilityCheckBox.checked
    assert ui.deviceSelector.currentText == "CPU"


def test_the_first_volume_of_the_scene_is_chosen_when_the_module_is_opened(
    module: Any, scan: Any
) -> None:
    opened = open_widget(module)

    assert opened.ui.inputSelector.currentNode() is scan
    close_widget(opened)


def test_after_closing_the_scene_the_panel_works_with_a_new_one(
    widget: Any, scan: Any, slicer: Any, model_name: str
) -> None:
    widget.panel.parameters.inputVolume = scan

    slicer.mrmlScene.Clear(0)
    again = slicer.util.addVolumeFromArray(np.zeros((4, 8, 8), np.int16), name="New")
    widget.panel.parameters.model = model_name
    widget.ui.inputSelector.setCurrentNode(again)

    assert widget.logic.getParameterNode().inputVolume is again
    assert widget.ui.segmentButton.enabled


def test_a_saved_scene_comes_back_with_its_choices_and_its_result(
    scan: Any, reference: Any, widget: Any, random_model: Path, slicer: Any, tmp_path: Path
) -> None:
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = str(random_model)
    widget.panel.parameters.reference = reference
    widget.ui.opacitySlider.value = 0.25
    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)
    told = widget.ui.resultLabel.text
    assert slicer.util.saveScene(str(tmp_path / "Szene.mrb"))

    slicer.mrmlScene.Clear(0)
    assert widget.ui.resultLabel.text.startswith("There is no result yet;")
    slicer.util.loadScene(str(tmp_path / "Szene.mrb"))

    assert widget.ui.inputSelector.currentNode().GetName() == "Abdomen"
    assert widget.ui.referenceSelector.currentNode().GetName() == "Drawn"
    assert widget.ui.segmentationSelector.currentNode().GetName() == "Abdomen pancreas"
    assert widget.ui.opacitySlider.value == pytest.approx(0.25)
    assert widget.panel.parameters.model == str(random_model)
    assert widget.ui.resultLabel.text == told
    assert widget.ui.saveButton.enabled


def test_reloading_the_module_gives_a_panel_that_works(
    module: Any, scan: Any, model_name: str
) -> None:
    old = open_widget(module)
    old.panel.parameters.model = model_name
    close_widget(old)

    opened = open_widget(load_module())

    assert opened.ui.inputSelector.currentNode() is scan
    assert opened.panel.parameters.model == model_name
    assert opened.ui.segmentButton.enabled
    close_widget(opened)


def test_a_closed_widget_leaves_no_observers(module: Any, slicer: Any, scan: Any) -> None:
    node = module.PancreasSegLogic().getParameterNode().parameterNode

    def of_the_scene() -> int:
        return str(slicer.mrmlScene).count("Tag:")

    before = of_the_scene()
    opened = open_widget(module)
    assert of_the_scene() > before
    assert node.HasObserver("ModifiedEvent")
    close_widget(opened)

    assert of_the_scene() == before
    assert not node.HasObserver("ModifiedEvent")


def test_coming_back_from_the_segment_editor_measures_anew(
    widget: Any, scan: Any, random_model: Path, slicer: Any
) -> None:
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = str(random_model)
    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)
    segmentation = widget.panel.parameters.outputSegmentation
    segment_id = segmentation.GetSegmentation().GetNthSegmentID(0)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan)
    mask[5:] = 0
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, segmentation, segment_id, scan)

    widget.enter()

    volume_ml = mask.sum() * 1.5 * 1.6 * 2.1 / 1000
    assert widget.ui.resultLabel.text.startswith(f"Volume: {volume_ml:.1f} ml\nEdited: ")
