"""Segment, progress, result, cancel, error: the panel with a real child process."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.module.conftest import node_names
from Testing.slicer.module_fixtures import until
from Testing.worker.conftest import is_alive, seconds_until_dead


def ready(widget: Any, scan: Any, model: Path) -> Any:
    """The panel, with its volume and model chosen."""
    parameters = widget.panel.parameters
    parameters.inputVolume = scan
    parameters.model = str(model)
    assert widget.ui.segmentButton.enabled, widget.ui.reasonLabel.text
    return widget.ui


def test_segment_shows_progress_and_puts_the_result_into_the_scene(
    widget: Any, scan: Any, random_model: Path, slicer: Any
) -> None:
    ui = ready(widget, scan, random_model)
    shown: list[int] = []
    ui.progressBar.connect("valueChanged(int)", shown.append)

    ui.segmentButton.click()
    assert ui.segmentButton.text == "Cancel"
    until(lambda: not widget.panel.is_running)

    segmentation = widget.panel.parameters.outputSegmentation
    assert shown == sorted(shown) and shown[-1] == 1000
    assert ui.segmentButton.text == "Segment"
    assert segmentation.GetSegmentation().GetNthSegment(0).GetName() == "Pancreas"
    assert ui.messageLabel.text == ""


def test_the_result_tells_its_volume_in_ml(
    widget: Any, scan: Any, random_model: Path, slicer: Any
) -> None:
    ui = ready(widget, scan, random_model)

    ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)

    segmentation = widget.panel.parameters.outputSegmentation
    segment_id = segmentation.GetSegmentation().GetNthSegmentID(0)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan)
    volume_ml = mask.sum() * 1.5 * 1.6 * 2.1 / 1000
    assert f"Volume: {volume_ml:.1f} ml" in ui.resultLabel.text
    assert "Model test on cpu" in ui.resultLabel.text


def test_the_result_of_one_volume_is_not_replaced_by_that_of_another(
    widget: Any, scan: Any, random_model: Path, slicer: Any
) -> None:
    ui = ready(widget, scan, random_model)
    ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)
    first = widget.panel.parameters.outputSegmentation
    other = slicer.mrmlScene.CopyNode(scan)

    widget.panel.parameters.inputVolume = other
    assert widget.panel.parameters.outputSegmentation is None
    ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)

    second = widget.panel.parameters.outputSegmentation
    assert second is not first
    assert first.GetSegmentation().GetNumberOfSegments() == 1


def test_a_second_run_replaces_the_segment_and_touches_no_other(
    widget: Any, scan: Any, reference: Any, random_model: Path, slicer: Any
) -> None:
    ui = ready(widget, scan, random_model)
    widget.panel.parameters.outputSegmentation = reference
    drawn = slicer.util.arrayFromSegmentBinaryLabelmap(
        reference, reference.GetSegmentation().GetNthSegmentID(0), scan
    ).copy()

    for _ in range(2):
        ui.segmentButton.click()
        until(lambda: not widget.panel.is_running)

    segmentation = reference.GetSegmentation()
    names = [segmentation.GetNthSegment(n).GetName() for n in range(2)]
    assert segmentation.GetNumberOfSegments() == 2
    assert names == ["by hand", "Pancreas"]
    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(
            reference, segmentation.GetNthSegmentID(0), scan
        ),
        drawn,
    )


def test_cancel_ends_the_child_within_two_seconds_and_leaves_no_nodes(
    widget: Any, large_scan: Any, slow_model: Path, slicer: Any
) -> None:
    ui = ready(widget, large_scan, slow_model)
    before = node_names(slicer)
    ui.segmentButton.click()
    until(lambda: ui.progressBar.value > 0)
    pid = widget.panel.run._run.pid

    ui.segmentButton.click()
    assert not ui.segmentButton.enabled
    assert seconds_until_dead(pid) < 2
    until(lambda: not widget.panel.is_running)

    assert ui.messageLabel.text == "The segmentation was cancelled."
    assert ui.segmentButton.enabled and ui.segmentButton.text == "Segment"
    assert node_names(slicer) == before


def test_a_killed_child_is_told_in_one_sentence_and_the_log_is_kept(
    widget: Any, large_scan: Any, slow_model: Path, slicer: Any
) -> None:
    ui = ready(widget, large_scan, slow_model)
    before = node_names(slicer)
    ui.logCollapsibleButton.collapsed = False
    ui.segmentButton.click()
    until(lambda: ui.progressBar.value > 0)

    os.kill(widget.panel.run._run.pid, signal.SIGKILL)
    until(lambda: not widget.panel.is_running)

    assert "killed from outside (SIGKILL)" in ui.messageLabel.text
    assert "PancreasSeg" in ui.logText.toPlainText()
    assert node_names(slicer) == before


def test_closing_the_scene_ends_the_child_and_leaves_nothing(
    widget: Any, large_scan: Any, slow_model: Path, slicer: Any
) -> None:
    ui = ready(widget, large_scan, slow_model)
    ui.segmentButton.click()
    until(lambda: ui.progressBar.value > 0)
    pid = widget.panel.run._run.pid

    slicer.mrmlScene.Clear(0)

    assert not is_alive(pid)
    assert not widget.panel.is_running
    assert ui.segmentButton.text == "Segment"
    assert ui.reasonLabel.text.startswith("No volume is selected")
    assert "Large abdomen" not in " ".join(node_names(slicer))


def test_a_volume_that_is_removed_while_it_is_segmented_is_told(
    widget: Any, scan: Any, random_model: Path, slicer: Any
) -> None:
    ui = ready(widget, scan, random_model)
    ui.segmentButton.click()

    slicer.mrmlScene.RemoveNode(scan)
    until(lambda: not widget.panel.is_running)

    assert ui.messageLabel.text == (
        "The volume was removed while it was segmented, so the result was dropped."
    )
    assert slicer.util.getNodesByClass("vtkMRMLSegmentationNode") == []


def test_the_probability_is_kept_when_it_is_asked_for(
    widget: Any, scan: Any, random_model: Path, slicer: Any
) -> None:
    ui = ready(widget, scan, random_model)
    assert not ui.overlayCheckBox.enabled
    ui.probabilityCheckBox.checked = True

    ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)

    assert ui.overlayCheckBox.enabled
    assert "Abdomen pancreas probability" in node_names(slicer)


def test_ctrl_enter_starts_and_escape_cancels(
    widget: Any, large_scan: Any, slow_model: Path
) -> None:
    ready(widget, large_scan, slow_model)
    keys = {one.key.toString(): one for one in widget._shortcuts}

    keys["Ctrl+Return"].activated.emit()
    assert widget.panel.is_running
    keys["Ctrl+Return"].activated.emit()  # once is enough
    keys["Esc"].activated.emit()
    until(lambda: not widget.panel.is_running)

    assert set(keys) == {"Ctrl+Return", "Ctrl+Enter", "Esc"}
    assert widget.ui.messageLabel.text == "The segmentation was cancelled."


def test_the_window_stays_responsive_while_it_runs(
    widget: Any, large_scan: Any, slow_model: Path
) -> None:
    from PySide6 import QtWidgets

    ui = ready(widget, large_scan, slow_model)
    ui.segmentButton.click()
    slowest = 0.0
    stop = time.monotonic() + 3

    while time.monotonic() < stop:
        began = time.monotonic()
        QtWidgets.QApplication.processEvents()
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.005)

    assert widget.panel.is_running
    assert slowest < 0.5


def test_a_bug_in_showing_the_result_ends_the_run_and_reaches_the_error_display(
    widget: Any,
    scan: Any,
    random_model: Path,
    slicer: Any,
    printed_errors: list[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from PancreasSegLib.slicer_adapter.run import segmentation_run

    def fail(*_: object) -> None:
        raise AttributeError("a bug of ours")

    displayed: list[str] = []
    monkeypatch.setattr(slicer.app, "testingEnabled", lambda: False)
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, *_, **__: displayed.append(text))
    monkeypatch.setattr(segmentation_run, "put_result", fail)
    ui = ready(widget, scan, random_model)
    before = node_names(slicer)

    ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)

    assert "could not be put into the scene (AttributeError: a bug of ours)" in ui.messageLabel.text
    assert ui.segmentButton.enabled and ui.segmentButton.text == "Segment"
    assert any("a bug of ours" in text for text in displayed)
    assert [str(error) for error in printed_errors] == ["a bug of ours"]
    printed_errors.clear()
    assert node_names(slicer) == before
