"""The README's tutorial with the bundled default model, on the synthetic CT at its full size."""

from __future__ import annotations

import time
from typing import Any

import qt
import slicer
import slicer.util

from Testing.in_slicer import desk

LEAST_DICE = 0.85


def the_tutorial_ends_with_a_good_dsc() -> None:
    volume, truth = _sample_data()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, volume)
    desk.click(ui.segmentButton)
    desk.wait_for_run(180)

    desk.choose(ui.referenceSelector, truth)
    began = time.thread_time()  # of the window's thread alone: other programs do not count
    desk.click(ui.compareButton)
    took = time.thread_time() - began
    desk.until(lambda: ui.metricsTable.visible, "there are numbers", 10)

    assert took < 1.0, f"{took:.2f} s"
    assert _dice(ui.compareMessageLabel.text) > LEAST_DICE, ui.compareMessageLabel.text


def _sample_data() -> tuple[Any, Any]:
    """By a click on the picture in the module Sample Data."""
    slicer.util.selectModule("SampleData")
    slicer.app.processEvents()
    area = slicer.util.getModuleWidget("SampleData").parent
    buttons = [one for one in area.findChildren(qt.QToolButton) if "Synthetic" in one.text]
    assert len(buttons) == 1, "there is no picture of the synthetic CT"
    buttons[0].click()
    desk.until(
        lambda: len(slicer.util.getNodesByClass("vtkMRMLSegmentationNode")) == 1,
        "the synthetic CT is there",
        120,
    )
    volume = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")[0]
    return volume, slicer.util.getNodesByClass("vtkMRMLSegmentationNode")[0]


def _dice(text: str) -> float:
    return float(text.partition("DSC")[2].split()[0].strip(".,;"))
