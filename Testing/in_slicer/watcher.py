"""Sees what nobody would: exceptions that Slicer only prints, and dialogs that wait for a user."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

import qt

Answer = Callable[[Any], object]
_answers: list[Answer] = []


def expect_dialog(answer: Answer) -> None:
    """The next modal dialog is given to `answer`, which closes it as a user would."""
    _answers.append(answer)


class Watcher:
    """Lives as long as the group; `begin` and `end` a check."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._print_exception = sys.excepthook
        sys.excepthook = self._on_exception
        self._timer = qt.QTimer()
        self._timer.setInterval(100)  # ticks while a modal dialog is open, too
        self._timer.connect("timeout()", self._look_for_dialog)
        self._timer.start()

    def begin(self) -> None:
        """Forget what was before."""
        self._sentences.clear()
        _answers.clear()

    def end(self) -> list[str]:
        """A sentence for each thing that happened and should not."""
        missing = [f"{len(_answers)} expected dialogs did not come."] if _answers else []
        return self._sentences + missing

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception(kind, error, trace, limit=-4))
        self._sentences.append(f"In a slot or an observer:\n{text}")
        self._print_exception(kind, error, trace)

    def _look_for_dialog(self) -> None:
        dialog = qt.QApplication.activeModalWidget()
        if dialog is None or not dialog.visible or "Progress" in dialog.className():
            return
        if _answers:
            _answers.pop(0)(dialog)
            return
        text = getattr(dialog, "text", "")
        self._sentences.append(f"A dialog that nobody expected: {dialog.className()} {text}")
        dialog.close()
