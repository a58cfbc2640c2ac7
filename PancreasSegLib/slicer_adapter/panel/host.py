"""What a section asks of the panel that it stands in, so that none of them knows the panel."""

from __future__ import annotations

from typing import Any, Protocol

from PancreasSegLib.slicer_adapter.panel.log_section import LogSection
from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState
from PancreasSegLib.slicer_adapter.run.segmentation_run import SegmentedScan


class Dialogs(Protocol):
    """What the panel asks of the desktop; "" where the user closes a dialog."""

    def open_file(self, title: str, types: str) -> str:
        """A file that is there."""

    def open_folder(self, title: str) -> str:
        """A folder that is there."""

    def save_file(self, title: str, name: str, types: str) -> str:
        """Where to write; `name` is what is proposed."""

    def open_page(self, path: str) -> bool:
        """Show a page (.html) in the browser; False where none opens."""

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""


class Host(Protocol):
    """State and actions that all sections share."""

    ui: Any
    """The widgets by their names in `PancreasSeg.ui`."""
    logic: Any
    """A `PancreasSegLogic`."""
    dialogs: Dialogs
    log: LogSection
    parameters: Any
    """A `PancreasSegParameterNode`; None while a scene is being closed."""

    @property
    def engine(self) -> EngineState:
        """What is known of the engine."""

    @property
    def is_running(self) -> bool:
        """True while a segmentation runs."""

    def update(self) -> None:
        """Show the state in all widgets."""

    def show_result(self, segmented: SegmentedScan) -> None:
        """A segmentation is done."""
