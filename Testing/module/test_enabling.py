"""A button that cannot be used says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.errors import PancreasSegError


def test_without_a_volume_segment_says_what_to_do(widget: Any) -> None:
    ui = widget.ui

    assert not ui.segmentButton.enabled
    assert ui.segmentButton.toolTip == ui.reasonLabel.text
    assert ui.reasonLabel.text == ("No volume is selected; load a scan or choose one of the scene.")


def test_with_a_volume_and_a_model_segment_can_be_clicked(
    widget: Any, scan: Any, model_name: str
) -> None:
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = model_name

    assert widget.ui.segmentButton.enabled
    assert widget.ui.segmentButton.toolTip == "Find the pancreas in the volume (Ctrl+Enter)."
    assert widget.ui.reasonLabel.text == ""


def test_a_volume_without_an_image_is_refused_by_its_name(
    widget: Any, slicer: Any, model_name: str
) -> None:
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Nothing")
    widget.panel.parameters.inputVolume = empty

    assert widget.ui.reasonLabel.text == (
        "The volume 'Nothing' holds no image; load the scan again."
    )


def test_a_single_slice_is_refused(widget: Any, slicer: Any) -> None:
    widget.panel.parameters.inputVolume = slicer.util.addVolumeFromArray(
        np.zeros((1, 8, 8), np.int16), name="Radiograph"
    )

    assert "'Radiograph' is a single slice" in widget.ui.reasonLabel.text


def test_an_output_that_cannot_take_the_result_is_told_before_anything_starts(
    widget: Any, slicer: Any, scan: Any, reference: Any, model_name: str
) -> None:
    ui, parameters = widget.ui, widget.panel.parameters
    parameters.inputVolume, parameters.model = scan, model_name
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    reference.SetAndObserveTransformNodeID(transform.GetID())

    parameters.outputSegmentation = reference

    assert not ui.segmentButton.enabled
    assert ui.segmentButton.toolTip == ui.reasonLabel.text
    assert ui.reasonLabel.text == (
        "The segmentation 'Drawn' holds segments under another transform than the volume "
        "'Abdomen'; choose a new segmentation."
    )


def test_a_transform_that_was_undone_elsewhere_is_seen_on_the_way_back_to_the_panel(
    widget: Any, slicer: Any, scan: Any, reference: Any, model_name: str
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.model = scan, model_name
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    reference.SetAndObserveTransformNodeID(transform.GetID())
    parameters.outputSegmentation = reference
    reference.SetAndObserveTransformNodeID(None)

    widget.enter()

    assert widget.ui.segmentButton.enabled


def test_an_output_that_became_unfit_unseen_is_told_by_the_click(
    widget: Any, slicer: Any, scan: Any, reference: Any, model_name: str
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.model = scan, model_name
    parameters.outputSegmentation = reference
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    reference.SetAndObserveTransformNodeID(transform.GetID())
    assert widget.ui.segmentButton.enabled

    widget.ui.segmentButton.click()

    assert not widget.panel.is_running
    assert "holds segments under another transform" in widget.ui.messageLabel.text


def test_a_missing_model_is_shown_as_missing_and_named(widget: Any, scan: Any) -> None:
    widget.panel.parameters.inputVolume = scan

    widget.panel.parameters.model = "/gone/ours.json"

    assert widget.ui.modelSelector.currentText == "ours (missing)"
    assert not widget.ui.segmentButton.enabled
    assert "The manifest /gone/ours.json is missing" in widget.ui.reasonLabel.text


def test_without_pytorch_the_panel_offers_to_install_it(
    widget: Any, scan: Any, model_name: str
) -> None:
    from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState

    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = model_name
    assert widget.ui.installTorchButton.isHidden()

    widget.panel.setup.probe.state = EngineState(None)
    widget.panel.update()

    assert not widget.ui.installTorchButton.isHidden()
    assert not widget.ui.segmentButton.enabled
    assert widget.ui.reasonLabel.text == "The engine is not ready: PyTorch is not installed."


def test_installing_without_the_pytorch_extension_says_where_to_get_it(widget: Any) -> None:
    widget.ui.installTorchButton.click()

    assert widget.ui.setupMessageLabel.text.startswith("The PyTorch extension is not installed;")


def test_the_result_cannot_be_saved_before_there_is_one(widget: Any, reference: Any) -> None:
    ui = widget.ui
    buttons = (
        ui.centerButton,
        ui.editButton,
        ui.saveButton,
        ui.reportButton,
        ui.compareButton,
    )
    assert not any(button.enabled for button in buttons)
    assert ui.saveButton.toolTip.startswith("There is no result yet;")

    widget.panel.parameters.outputSegmentation = reference

    assert not any(button.enabled for button in buttons)
    assert ui.saveButton.toolTip == ("The segmentation 'Drawn' holds no result of PancreasSeg yet.")


def test_what_is_shown_around_a_result_cannot_be_shown_before_there_is_one(
    widget: Any, slicer: Any, scan: Any
) -> None:
    probability = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Probability")
    scan.SetNodeReferenceID("PancreasSeg.probability", probability.GetID())

    widget.panel.parameters.inputVolume = scan

    for box in (widget.ui.volumeRenderingCheckBox, widget.ui.overlayCheckBox):
        assert not box.enabled
        assert box.toolTip.startswith("There is no result yet;")


@pytest.mark.parametrize("name", ["copyMetricsButton", "saveMetricsButton", "plotButton"])
def test_a_comparison_cannot_be_used_before_there_is_one(widget: Any, name: str) -> None:
    button = getattr(widget.ui, name)

    assert not button.enabled
    assert button.toolTip == "Nothing has been compared yet."


def test_a_model_of_the_users_own_is_added_and_remembered(
    widget: Any, module: Any, random_model: Path
) -> None:
    from PancreasSegLib.slicer_adapter.panel.model_list import ModelList

    widget.panel.dialogs.path = str(random_model.with_suffix(".pt"))

    widget.ui.importModelButton.click()

    assert widget.panel.parameters.model == str(random_model)
    assert widget.ui.modelSelector.currentText == "for tests"
    assert widget.ui.modelLabel.text == "none"
    settings = module.slicer.app.userSettings()
    assert ("for tests", str(random_model)) in ModelList(settings).choices()


def test_weights_without_their_manifest_are_refused(widget: Any, tmp_path: Path) -> None:
    (tmp_path / "lonely.pt").touch()
    widget.panel.dialogs.path = str(tmp_path / "lonely.pt")

    widget.ui.importModelButton.click()

    assert "lonely.json is missing" in widget.ui.inputMessageLabel.text
    assert widget.panel.parameters.model == DEFAULT_MODEL


def test_a_model_that_came_with_a_scene_is_shown_by_its_title(widget: Any, model_name: str) -> None:
    widget.panel.parameters.model = model_name

    assert widget.ui.modelSelector.currentText == "for tests"


def test_a_device_of_another_computer_stays_chosen_and_is_marked(widget: Any) -> None:
    widget.panel.parameters.device = "cuda:3"

    assert widget.ui.deviceSelector.currentText == "cuda:3 (not on this computer)"


def test_the_region_model_alone_is_not_offered(widget: Any) -> None:
    combo = widget.ui.modelSelector

    assert "coarse-ct" not in [combo.itemData(number) for number in range(combo.count)]


def test_a_bug_is_not_hidden_behind_a_sentence(widget: Any) -> None:
    from PancreasSegLib.slicer_adapter.panel.telling import told_in

    with pytest.raises(ZeroDivisionError), told_in(widget.ui.messageLabel):
        1 / 0  # noqa: B018
    with told_in(widget.ui.messageLabel):
        raise PancreasSegError("One sentence.")
    assert widget.ui.messageLabel.text == "One sentence."


def test_no_region_can_be_made_while_a_segmentation_runs(
    widget: Any, large_scan: Any, slow_model: Path
) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.model = large_scan, str(slow_model)
    assert widget.ui.createRoiButton.enabled

    widget.ui.segmentButton.click()

    assert not widget.ui.createRoiButton.enabled
    assert "A segmentation is running" in widget.ui.createRoiButton.toolTip


def test_what_may_be_used_again_has_its_own_tooltip_back(
    segmented: Any, scan: Any, slicer: Any
) -> None:
    ui, parameters = segmented.ui, segmented.panel.parameters
    result = parameters.outputSegmentation
    assert "No probability was kept" in ui.overlayCheckBox.toolTip

    parameters.outputSegmentation = None
    assert "There is no result yet" in ui.opacitySlider.toolTip
    parameters.outputSegmentation = result
    probability = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Probability")
    scan.SetNodeReferenceID("PancreasSeg.probability", probability.GetID())
    segmented.panel.update()

    assert "in slices and in 3D" in ui.opacitySlider.toolTip
    assert "Laid over the slices" in ui.overlayCheckBox.toolTip
