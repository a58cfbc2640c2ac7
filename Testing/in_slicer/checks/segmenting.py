"""A run of the engine: progress, result, cancelling, what goes wrong."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import qt
import slicer
import slicer.util

from Testing.in_slicer import desk
from Testing.in_slicer.leftovers import workers

SECONDS_TO_CANCEL = 2


def a_run_moves_the_bar_and_ends_with_a_segment_on_the_scans_grid() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume)
    shown: list[int] = []
    ui.progressBar.connect("valueChanged(int)", shown.append)

    desk.click(ui.segmentButton)
    assert ui.segmentButton.text == "Cancel"
    assert ui.progressBar.visible
    desk.wait_for_run()

    segmentation = desk.parameters().outputSegmentation
    array = desk.voxels(segmentation, desk.result_id(segmentation), volume)
    assert shown == sorted(shown) and shown[-1] == ui.progressBar.maximum
    assert array.any() and array.shape == slicer.util.arrayFromVolume(volume).shape
    assert f"{array.sum() * 4 * 4 * 6 / 1000:.1f} ml" in ui.resultLabel.text
    assert ui.segmentButton.text == "Segment" and ui.messageLabel.text == ""


def the_window_lives_while_the_engine_runs() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume, "slow")
    ticks: list[float] = []
    timer = qt.QTimer()
    timer.setInterval(20)
    timer.connect("timeout()", lambda: ticks.append(time.monotonic()))

    desk.click(ui.segmentButton)
    timer.start()
    desk.wait(4)
    timer.stop()
    assert desk.widget().panel.is_running
    desk.click(ui.segmentButton)
    desk.wait_for_run()

    gaps = [later - earlier for earlier, later in itertools.pairwise(ticks)]
    assert max(gaps) < 0.6, f"{max(gaps):.2f} s"


def cancel_ends_the_child_within_two_seconds_and_leaves_no_node() -> None:
    _cancel_by(lambda: desk.click(desk.widget().ui.segmentButton))


def cancel_works_before_the_engine_has_said_a_word() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume, "slow")
    before = desk.node_names()

    desk.click(ui.segmentButton)
    desk.click(ui.segmentButton)
    desk.wait_for_run(SECONDS_TO_CANCEL)

    assert "cancelled" in ui.messageLabel.text
    assert desk.node_names() == before


def closing_the_scene_ends_the_child() -> None:
    volume, _ = desk.add_scan()
    _start_slow(volume)

    slicer.mrmlScene.Clear(0)
    desk.until(lambda: not workers(), "the child has ended", SECONDS_TO_CANCEL)

    assert not desk.widget().panel.is_running
    assert desk.widget().ui.segmentButton.text == "Segment"


def a_killed_child_is_told_in_a_sentence_and_leaves_no_node() -> None:
    volume, _ = desk.add_scan()
    before = desk.node_names()
    _start_slow(volume)

    for pid in workers():
        _kill(pid)
    desk.wait_for_run(10)

    told = desk.widget().ui.messageLabel.text
    assert "memory" in told or "killed" in told, told
    assert desk.node_names() == before
    assert desk.widget().ui.segmentButton.enabled


def a_killed_python_under_its_launcher_is_told_in_the_same_way() -> None:
    volume, _ = desk.add_scan()
    _start_slow(volume)

    _kill(max(workers()))  # the last that was started: Python itself, where there is a launcher
    desk.wait_for_run(10)

    told = desk.widget().ui.messageLabel.text
    assert "memory" in told or "killed" in told, told


def a_volume_removed_during_the_run_drops_the_result_with_a_word() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume)
    desk.click(ui.segmentButton)

    slicer.mrmlScene.RemoveNode(volume)
    desk.wait_for_run()

    assert "removed" in ui.messageLabel.text
    assert len(slicer.util.getNodesByClass("vtkMRMLSegmentationNode")) == 1  # the truth


def nothing_that_the_run_works_with_can_be_changed_meanwhile() -> None:
    volume, _ = desk.add_scan()
    ui = _start_slow(volume)

    for one in (ui.inputSelector, ui.roiSelector, ui.segmentationSelector, ui.createRoiButton):
        assert not one.enabled, one.name
    desk.click(ui.segmentButton)
    desk.wait_for_run()
    assert ui.inputSelector.enabled and ui.createRoiButton.enabled


def the_probability_is_kept_and_laid_over_the_slices() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume)
    ui.probabilityCheckBox.click()
    desk.click(ui.segmentButton)
    desk.wait_for_run()

    desk.click(ui.overlayCheckBox)

    composite = slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode")[0]
    probability = slicer.mrmlScene.GetNodeByID(composite.GetForegroundVolumeID() or "")
    assert probability is not None and "probability" in probability.GetName()
    ui.overlayCheckBox.click()
    slicer.app.processEvents()
    assert not composite.GetForegroundVolumeID()


def a_result_changes_nothing_of_the_users_own_views() -> None:
    volume, _ = desk.add_scan()
    other, _ = desk.add_scan(1, "PET")
    slicer.util.setSliceViewerLayers(background=volume, foreground=other, foregroundOpacity=0.3)

    desk.segment(volume)

    composite = slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode")[0]
    assert composite.GetForegroundVolumeID() == other.GetID()
    assert abs(composite.GetForegroundOpacity() - 0.3) < 1e-6


def a_region_is_made_and_moved_not_made_twice() -> None:
    volume, _ = desk.add_scan()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, volume)

    desk.click(ui.createRoiButton)
    desk.until(lambda: desk.parameters().region is not None, "there is a region")
    first = desk.parameters().region
    desk.click(ui.createRoiButton)
    desk.wait(1)

    assert desk.parameters().region is first
    assert len(slicer.util.getNodesByClass("vtkMRMLMarkupsROINode")) == 1


def the_pancreas_lies_in_the_region_that_create_makes() -> None:
    volume, truth = desk.add_scan()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, volume)
    desk.click(ui.createRoiButton)
    desk.until(lambda: desk.parameters().region is not None, "there is a region")

    bounds = [0.0] * 6
    desk.parameters().region.GetRASBounds(bounds)
    drawn = desk.voxels(truth, truth.GetSegmentation().GetNthSegmentID(0), volume)
    places = np.argwhere(drawn)[:, ::-1] * (-4.0, -4.0, 6.0)  # the scan's origin is at 0
    assert (places.min(0) >= bounds[0::2]).all(), (bounds, places.min(0))
    assert (places.max(0) <= bounds[1::2]).all(), (bounds, places.max(0))


def memory_stays_constant_over_runs() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    desk.segment(volume)
    before = _resident_mb()

    for _ in range(4):
        desk.segment(volume)

    assert _resident_mb() - before < 60, f"from {before:.0f} to {_resident_mb():.0f} MB"


def a_deleted_probability_gives_way_to_what_lay_over_the_slices_before() -> None:
    volume, _ = desk.add_scan()
    other, _ = desk.add_scan(1, "PET")
    ui = desk.prepare(volume)
    slicer.util.setSliceViewerLayers(foreground=other, foregroundOpacity=0.3)
    desk.parameters().keepProbability = True
    desk.click(ui.segmentButton)
    desk.wait_for_run()
    desk.click(ui.overlayCheckBox)
    composites = slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode")
    laid = slicer.mrmlScene.GetNodeByID(composites[0].GetForegroundVolumeID())
    assert laid is not other

    slicer.mrmlScene.RemoveNode(laid)
    slicer.app.processEvents()

    assert {one.GetForegroundVolumeID() for one in composites} == {other.GetID()}
    assert abs(composites[0].GetForegroundOpacity() - 0.3) < 1e-6
    assert not ui.overlayCheckBox.enabled


def _start_slow(volume: Any) -> Any:
    ui = desk.prepare(volume, "slow")
    desk.click(ui.segmentButton)
    desk.until(lambda: ui.progressBar.value > 0, "the engine reports")
    return ui


def _cancel_by(act: Callable[[], None]) -> None:
    volume, _ = desk.add_scan()
    before = desk.node_names()
    ui = _start_slow(volume)
    began = time.monotonic()

    act()
    desk.until(lambda: not workers(), "the child has ended", SECONDS_TO_CANCEL)
    desk.wait_for_run()

    assert time.monotonic() - began < SECONDS_TO_CANCEL + 1
    assert "cancelled" in ui.messageLabel.text
    assert desk.node_names() == before


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
