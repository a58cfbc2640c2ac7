"""From Slicer's start to the open panel."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import qt
import slicer
import slicer.util

from Testing.in_slicer import desk
from Testing.in_slicer.leftovers import workers


def the_logic_can_be_used_before_the_module_is_opened() -> None:
    segment = slicer.modules.pancreasseg.logic().segment

    assert type(segment.__self__).__name__ == "PancreasSegLogic"
    assert not hasattr(slicer.modules, "PancreasSegWidget")


def the_synthetic_ct_is_offered_as_sample_data() -> None:
    import SampleData  # type: ignore[import-not-found]

    offered = [one.sampleName for one in slicer.modules.sampleDataSources["PancreasSeg"]]

    assert "PancreasSegSyntheticCT" in offered
    assert SampleData.SampleDataLogic().sourceForSampleName("PancreasSegSyntheticCT") is not None


def the_panel_opens_within_two_seconds_and_without_pytorch() -> None:
    began = time.monotonic()
    slicer.util.selectModule("PancreasSeg")
    slicer.app.processEvents()
    took = time.monotonic() - began

    assert desk.widget().ui.segmentButton.visible
    assert took < 2, f"{took:.1f} s"
    assert "torch" not in sys.modules


def the_engine_is_ready() -> None:
    ui = desk.open_module()

    assert desk.widget().panel.engine.is_ready, ui.engineLabel.text


def without_a_volume_segment_says_what_is_missing() -> None:
    ui = desk.open_module()

    assert not ui.segmentButton.enabled
    assert "volume" in ui.reasonLabel.text


def the_first_volume_of_the_scene_is_chosen_and_a_label_map_is_not() -> None:
    slicer.util.selectModule("Data")
    zeros = np.zeros((4, 8, 8), np.int16)
    slicer.util.addVolumeFromArray(zeros, None, "Labels", "vtkMRMLLabelMapVolumeNode")
    volume = slicer.util.addVolumeFromArray(zeros, None, "Scan")

    ui = desk.open_module()

    assert ui.inputSelector.currentNode() is volume
    assert desk.parameters().inputVolume is volume


def closing_the_scene_empties_the_panel() -> None:
    volume, truth = desk.add_scan()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, volume)
    desk.choose(ui.referenceSelector, truth)

    slicer.mrmlScene.Clear(0)
    slicer.app.processEvents()

    parameters = desk.parameters()
    assert parameters.inputVolume is None and parameters.reference is None
    assert ui.inputSelector.currentNode() is None and ui.referenceSelector.currentNode() is None
    assert not ui.segmentButton.enabled


def what_is_chosen_in_the_panel_is_in_the_parameter_node() -> None:
    volume, truth = desk.add_scan()
    ui = desk.open_module()

    desk.choose(ui.inputSelector, volume)
    desk.choose(ui.referenceSelector, truth)
    ui.opacitySlider.value = 0.25
    ui.show3DCheckBox.checked = False  # without a result it cannot be clicked
    slicer.app.processEvents()

    parameters = slicer.util.getModuleLogic("PancreasSeg").getParameterNode()
    assert parameters.inputVolume is volume
    assert parameters.reference is truth
    assert abs(parameters.opacity - 0.25) < 1e-6
    assert parameters.show3D is False


def what_a_script_sets_is_shown_in_the_panel() -> None:
    volume, truth = desk.add_scan()
    ui = desk.open_module()
    parameters = slicer.util.getModuleLogic("PancreasSeg").getParameterNode()

    parameters.inputVolume = volume
    parameters.reference = truth
    parameters.smoothing = 0.75
    slicer.app.processEvents()

    assert ui.inputSelector.currentNode() is volume
    assert ui.referenceSelector.currentNode() is truth
    assert abs(ui.smoothingSlider.value - 0.75) < 1e-6


def the_diagnostics_name_versions_and_no_folder_of_the_user() -> None:
    ui = desk.open_module()

    ui.diagnosticsButton.click()

    text = qt.QApplication.clipboard().text()
    assert "PyTorch" in text and slicer.app.applicationVersion in text
    assert str(Path.home()) not in text


def reloading_while_a_segmentation_runs_ends_it_and_keeps_the_choices() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume, "slow")
    desk.click(ui.segmentButton)
    desk.until(workers, "the child runs")

    slicer.util.reloadScriptedModule("PancreasSeg")
    desk.until(lambda: not workers(), "the child has ended", seconds=3)

    ui = desk.open_module()
    assert desk.parameters().inputVolume is volume
    assert desk.parameters().model == desk.model("slow")
    desk.click(ui.segmentButton)
    desk.until(workers, "a new child runs")
    assert _engines() == 1
    desk.click(ui.segmentButton)
    desk.wait_for_run()


def _engines() -> int:
    """Runs of the engine; a launcher and the Python that it starts are one."""
    folders: set[Any] = {command.split()[-1] for command in workers().values()}
    return len(folders)
