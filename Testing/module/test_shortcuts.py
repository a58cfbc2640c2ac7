"""Ctrl+Enter and Esc work wherever the focus is, as long as the panel is seen."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def window(widget: Any) -> Iterator[Any]:
    """A main window with the panel and, beside it, a view that has the focus."""
    from PySide6 import QtWidgets

    from Testing.slicer.module_fixtures import until

    whole = QtWidgets.QMainWindow()
    inside = QtWidgets.QWidget()
    layout = QtWidgets.QHBoxLayout(inside)
    view = QtWidgets.QTextBrowser()
    layout.addWidget(widget.parent)
    layout.addWidget(view)
    whole.setCentralWidget(inside)
    whole.show()
    whole.activateWindow()
    view.setFocus()
    until(view.hasFocus)
    yield SimpleNamespace(whole=whole, view=view)
    widget.parent.setParent(None)
    whole.close()


def press(window: Any, key: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    modifier = (
        Qt.KeyboardModifier.ControlModifier
        if key == "Key_Return"
        else Qt.KeyboardModifier.NoModifier
    )
    QTest.keyClick(window.view, getattr(Qt, key), modifier)


def test_they_work_while_the_focus_is_in_a_view(
    widget: Any, window: Any, large_scan: Any, model_name: str
) -> None:
    from Testing.slicer.module_fixtures import until

    widget.panel.parameters.inputVolume = large_scan
    widget.panel.parameters.model = model_name
    press(window, "Key_Return")
    assert widget.panel.is_running
    widget.poll()
    press(window, "Key_Escape")
    until(lambda: not widget.panel.is_running)

    assert widget.ui.messageLabel.text == "The segmentation was cancelled."


def test_they_do_nothing_while_another_module_is_open(
    widget: Any, window: Any, scan: Any, model_name: str
) -> None:
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = model_name
    widget.parent.hide()

    press(window, "Key_Return")

    assert not widget.panel.is_running


def test_escape_is_left_to_others_while_nothing_runs(widget: Any) -> None:
    widget.poll()

    assert not widget._shortcuts[-1].enabled
