"""The sections of the panel, together."""

from __future__ import annotations

from typing import Any, Protocol

from PancreasSegLib.slicer_adapter.panel.compare_section import CompareSection
from PancreasSegLib.slicer_adapter.panel.input_section import InputSection
from PancreasSegLib.slicer_adapter.panel.model_list import ModelList
from PancreasSegLib.slicer_adapter.panel.result_section import ResultSection
from PancreasSegLib.slicer_adapter.panel.run_section import RunSection
from PancreasSegLib.slicer_adapter.panel.setup_section import SetupSection
from PancreasSegLib.slicer_adapter.panel.telling import bring_into_view, tell
from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState
from PancreasSegLib.slicer_adapter.run.segmentation_run import SegmentedScan


class Dialogs(Protocol):
    """What the panel asks of the desktop; "" where the user closes a dialog."""

    def open_file(self, title: str, types: str) -> str:
        """A file that is there."""

    def open_folder(self, title: str) -> str:
        """A folder that is there."""

    def save_file(self, title: str, name: str, types: str) -> str:
        """Where to write, with the whole ending of one of the types; `name` is proposed."""

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""


class Panel:
    """All that the widgets do.

    ui: the widgets by their names in `PancreasSeg.ui`.
    logic: a `PancreasSegLogic`.
    settings: of the application, a QSettings.
    """

    def __init__(self, ui: Any, logic: Any, dialogs: Dialogs, settings: Any) -> None:
        self.ui = ui
        self.logic = logic
        self.dialogs = dialogs
        self.parameters: Any = None
        self.setup = SetupSection(self)
        self.input = InputSection(self, ModelList(settings))
        self.run = RunSection(self)
        self.result = ResultSection(self)
        self.compare = CompareSection(self)
        for label in (
            ui.setupMessageLabel,
            ui.inputMessageLabel,
            ui.messageLabel,
            ui.resultMessageLabel,
            ui.compareMessageLabel,
        ):
            tell(label, "")

    @property
    def engine(self) -> EngineState:
        """What is known of the engine."""
        return self.setup.probe.state

    @property
    def is_running(self) -> bool:
        """True while a segmentation runs."""
        return self.run.is_running

    def use(self, parameters: Any) -> None:
        """Work with the parameter node of a scene; None while a scene is being closed."""
        if parameters is None:
            self.run.close()
            self.compare.forget()
        self.result.forget()
        self.parameters = parameters
        self.update()

    def update(self, *_: object) -> None:
        """Show the state in all widgets."""
        if self.parameters is None:
            return
        for section in (self.setup, self.input, self.run, self.result, self.compare):
            section.update()

    def poll(self) -> None:
        """Call it now and then."""
        self.setup.poll()

    def show_result(self, segmented: SegmentedScan) -> None:
        """A segmentation is done."""
        self.compare.forget()
        self.result.forget()
        self.parameters.outputSegmentation = segmented.segmentation_node
        self.update()
        self.result.center()
        bring_into_view(self.ui.editButton, self.ui.resultLabel)

    def close(self) -> None:
        """End what runs; the panel is not used any more."""
        self.parameters = None
        self.run.close()
        self.compare.close()
        self.setup.close()
