"""Log: what the child process wrote that was started last, or that failed since."""

from __future__ import annotations

from typing import Any, Protocol


class Logged(Protocol):
    """A run, or a batch."""

    @property
    def log(self) -> str:
        """What its child wrote, the last part of it if it is long."""


class LogSection:
    """Shows the log of one child process; also after its end, until it follows another one."""

    def __init__(self, ui: Any) -> None:
        self._ui = ui
        self._run: Logged | None = None
        ui.logCollapsibleButton.connect("contentsCollapsed(bool)", self.update)

    def follow(self, run: Logged) -> None:
        """Show the log of this one from now on."""
        self._run = run
        self.update()

    def update(self, *_: object) -> None:
        """Show what is new; only where it is seen: it may be long."""
        if self._run is not None and not self._ui.logCollapsibleButton.collapsed:
            self._ui.logText.setPlainText(self._run.log)
