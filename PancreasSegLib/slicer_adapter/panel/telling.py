"""Sentences, reasons and choices in widgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import slicer.util

from PancreasSegLib.errors import PancreasSegError


@contextmanager
def told_in(label: Any) -> Iterator[None]:
    """What we can explain becomes a sentence in `label`; a bug becomes Slicer's error window."""
    tell(label, "")
    with slicer.util.tryWithErrorDisplay():
        try:
            yield
        except PancreasSegError as error:
            tell(label, str(error))


def tell(label: Any, sentence: str) -> None:
    """Show a sentence; without one the label takes no room."""
    label.text = sentence
    label.setVisible(bool(sentence))


def allow(widget: Any, reason: str | None, tip: str = "") -> None:
    """Enable a widget, or disable it with the reason as its tooltip."""
    widget.enabled = reason is None
    widget.toolTip = tip if reason is None else reason


def offer(combo_box: Any, choices: Sequence[tuple[str, str]], chosen: str) -> None:
    """Fill a combo box with (text, value) pairs and select a value; tells nobody of it."""
    was_blocked = combo_box.blockSignals(True)
    combo_box.clear()
    for text, value in choices:
        combo_box.addItem(text, value)
    combo_box.currentIndex = [value for _, value in choices].index(chosen)
    combo_box.blockSignals(was_blocked)


def chosen_in(combo_box: Any) -> str:
    """The value of the selected choice; "" if there is none."""
    return combo_box.itemData(combo_box.currentIndex) or ""
