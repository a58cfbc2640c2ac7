"""Sentences, reasons and choices in widgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import qt
import slicer.util

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.slicer_adapter.panel.translating import translated

_OWN_TIP = "ownToolTip"


@contextmanager
def told_in(label: Any) -> Iterator[None]:
    """What we can explain becomes a sentence in `label`; a bug becomes Slicer's error window."""
    tell(label, "")
    with slicer.util.tryWithErrorDisplay():
        try:
            yield
        except PancreasSegError as error:
            tell(label, str(error))
            # From Python 3.12 on, the frames that it came through, and with them the panel, would
            # stay until the next garbage collection: the `with` statement's own holds the error.
            error.with_traceback(None)


def tell(label: Any, sentence: str) -> None:
    """Show a sentence; without one the label takes no room."""
    label.text = translated(sentence)
    label.setVisible(bool(sentence))


def allow(widget: Any, reason: str | None, tip: str | None = None) -> None:
    """Enable a widget, or disable it with the reason as its tooltip.

    tip: of the enabled widget; None is its own, that of the `.ui` file.
    """
    own = widget.property(_OWN_TIP)
    if own is None:
        own = widget.toolTip
        widget.setProperty(_OWN_TIP, own)
    widget.enabled = reason is None
    if reason is not None:
        widget.toolTip = translated(reason)
    else:
        widget.toolTip = own if tip is None else tip


def offer(
    combo_box: Any, choices: Sequence[tuple[str, str]], chosen: str, tips: Sequence[str] = ()
) -> None:
    """Fill a combo box with (text, value) pairs and select a value; tells nobody of it.

    tips: a tooltip for each choice; the box has that of the chosen one.
    """
    number = [value for _, value in choices].index(chosen)
    was_blocked = combo_box.blockSignals(True)
    combo_box.clear()
    for text, value in choices:
        combo_box.addItem(text, value)
    combo_box.currentIndex = number
    for row, tip in enumerate(tips):
        combo_box.setItemData(row, tip, qt.Qt.ToolTipRole)
    if tips:
        combo_box.toolTip = tips[number]
    combo_box.blockSignals(was_blocked)


def chosen_in(combo_box: Any) -> str:
    """The value of the selected choice; "" if there is none."""
    return combo_box.itemData(combo_box.currentIndex) or ""


def bring_into_view(*widgets: Any) -> None:
    """Scroll Slicer's module panel until the widgets are seen; the last one surely is."""
    area = widgets[-1].parent()
    while area is not None and not hasattr(area, "ensureWidgetVisible"):
        area = area.parent()
    if area is None:
        return

    def scroll() -> None:
        for widget in widgets:
            area.ensureWidgetVisible(widget, 0, 8)

    qt.QTimer.singleShot(0, scroll)  # once the layout knows what is new in them
