"""Ctrl+Enter and Esc, pressed on the keyboard, wherever the focus is."""

from __future__ import annotations

from typing import Any

import slicer
import slicer.util

from Testing.in_slicer import desk
from Testing.in_slicer.keyboard import press


def ctrl_enter_starts_and_escape_cancels_in_the_panel() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume, "slow")
    _focus(ui.segmentButton)
    _start_and_cancel()


def ctrl_enter_starts_and_escape_cancels_in_a_slice_view() -> None:
    volume, _ = desk.add_scan()
    desk.prepare(volume, "slow")
    _focus(slicer.app.layoutManager().sliceWidget("Red").sliceView())
    _start_and_cancel()


def ctrl_enter_does_nothing_in_another_module() -> None:
    volume, _ = desk.add_scan()
    desk.prepare(volume, "slow")
    slicer.util.selectModule("Data")
    _focus(slicer.app.layoutManager().sliceWidget("Red").sliceView())

    press("Return", control=True)
    desk.wait(1)

    assert not desk.widget().panel.is_running


def _focus(one: Any) -> None:
    slicer.util.mainWindow().activateWindow()
    one.setFocus()
    desk.wait(0.3)


def _start_and_cancel() -> None:
    press("Return", control=True)
    desk.until(lambda: desk.widget().panel.is_running, "Ctrl+Enter starts", 3)
    press("Escape")
    desk.until(lambda: not desk.widget().panel.is_running, "Esc cancels", 5)
    assert "cancelled" in desk.widget().ui.messageLabel.text
