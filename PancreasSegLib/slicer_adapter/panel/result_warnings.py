"""Warnings on a result: one short sentence that is seen, and the explanation behind it."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.panel.telling import tell
from PancreasSegLib.slicer_adapter.panel.translating import translated

SYMBOL = "\N{WARNING SIGN}"


class ResultWarnings:
    """Its link shows and hides what the engine says."""

    def __init__(self, ui: Any) -> None:
        self._label, self._text = ui.warningLabel, ui.warningTextLabel
        self._report: dict[str, Any] | None = None
        self._is_explained = False
        self._label.connect("linkActivated(QString)", self._turn)
        self.show(None)

    def show(self, report: dict[str, Any] | None) -> None:
        """Warn of a result by its report; None where there is none."""
        if report != self._report:
            self._is_explained = False
        self._report = report
        warnings = [] if report is None else report["warnings"]
        tell(self._label, self._sentence(report) if warnings else "")
        tell(self._text, "\n\n".join(map(translated, warnings)) if self._is_explained else "")

    def _turn(self, _link: str) -> None:
        self._is_explained = not self._is_explained
        self.show(self._report)

    def _sentence(self, report: Any) -> str:
        text = _("Uncertain result: check it.") if report["found"] else _("No pancreas was found.")
        link = _("Less") if self._is_explained else _("Why?")
        return f'<b>{SYMBOL} {text}</b> <a href="why" style="color: #4a3000">{link}</a>'
