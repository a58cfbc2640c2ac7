"""The sections of the panel, together."""

from __future__ import annotations

from typing import Any

import slicer

from PancreasSegLib.slicer_adapter.nodes.probability_node import (
    forget_probability,
    probability_of,
)
from PancreasSegLib.slicer_adapter.nodes.results import show_results_of
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import scan_of
from PancreasSegLib.slicer_adapter.panel.batch_section import BatchSection
from PancreasSegLib.slicer_adapter.panel.compare_section import CompareSection
from PancreasSegLib.slicer_adapter.panel.host import Dialogs
from PancreasSegLib.slicer_adapter.panel.input_section import InputSection
from PancreasSegLib.slicer_adapter.panel.log_section import LogSection
from PancreasSegLib.slicer_adapter.panel.model_list import ModelList
from PancreasSegLib.slicer_adapter.panel.result_section import ResultSection
from PancreasSegLib.slicer_adapter.panel.run_section import RunSection
from PancreasSegLib.slicer_adapter.panel.setup_section import SetupSection
from PancreasSegLib.slicer_adapter.panel.telling import bring_into_view, tell
from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState
from PancreasSegLib.slicer_adapter.run.segmentation_run import SegmentedScan

NODES = ("inputVolume", "region", "outputSegmentation", "reference")
"""Parameters that are nodes of the scene."""


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
        self.log = LogSection(ui)
        self.setup = SetupSection(self)
        self.input = InputSection(self, ModelList(settings))
        self.run = RunSection(self)
        self.result = ResultSection(self)
        self.compare = CompareSection(self)
        self.batch = BatchSection(self)
        for label in (
            ui.setupMessageLabel,
            ui.inputMessageLabel,
            ui.messageLabel,
            ui.resultMessageLabel,
            ui.compareMessageLabel,
            ui.batchMessageLabel,
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
            self.compare.close()
        self.result.begin()
        self.parameters = parameters
        if parameters is not None:
            self.input.volume.begin()
            self.input.volume.choose_first()
        self.update()

    def add(self, node: Any) -> None:
        """A node came into the scene."""
        if self.parameters is not None:
            self.input.volume.note_added(node)

    def let_go(self, node: Any) -> None:
        """A node is about to leave the scene: who had chosen it has chosen nothing.

        Said before Slicer's node selectors know it, which would take the next node instead.
        """
        if self.parameters is None:
            return
        for name in NODES:
            if getattr(self.parameters, name) is node:
                setattr(self.parameters, name, None)
        volume = self.parameters.inputVolume
        if volume is not None and probability_of(volume) is node:
            forget_probability(volume)
            self.update()

    def update(self) -> None:
        """Show the state in all widgets."""
        if not self._has_whole_scene:
            return
        for section in self._sections:
            section.update()

    def poll(self) -> None:
        """Call it now and then."""
        self.setup.poll()
        self.batch.poll()
        if self._has_whole_scene:
            self.input.volume.take_added()
            self.input.volume.note_region()
            self.result.poll()

    def show_result(self, segmented: SegmentedScan) -> None:
        """A segmentation is done."""
        made, volume = segmented.segmentation_node, self.parameters.inputVolume
        if made is self.parameters.outputSegmentation:  # else that one was kept, and holds still
            self.compare.forget()
        if scan_of(made) is not volume:  # another volume was chosen meanwhile
            show_results_of(volume)
            self.update()
            return
        self.result.renew()
        self.parameters.outputSegmentation = made
        self.update()
        self.result.center()
        bring_into_view(self.ui.editButton, self.ui.resultLabel)

    def close(self) -> None:
        """End what runs; the panel is not used any more."""
        self.parameters = None
        self.run.close()
        self.result.close()
        self.compare.close()
        self.batch.close()
        self.setup.close()

    @property
    def _sections(self) -> tuple[Any, ...]:
        return self.setup, self.input, self.run, self.result, self.compare, self.batch

    @property
    def _has_whole_scene(self) -> bool:
        """False while a scene is closed or read: some of what its nodes refer to is not there."""
        return self.parameters is not None and not slicer.mrmlScene.IsImporting()
