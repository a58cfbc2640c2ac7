"""Slicer is closed while the engine works: what is left is looked at by the runner."""

from __future__ import annotations

from Testing.in_slicer import desk

LEAVES_A_RUN = True


def a_segmentation_runs_when_slicer_is_closed() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume, "slow")

    desk.click(ui.segmentButton)
    desk.until(lambda: ui.progressBar.value > 0, "the engine reports")

    assert desk.widget().panel.is_running
