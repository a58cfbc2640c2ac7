"""Segment: one button that starts and cancels, progress, and what went wrong."""

from __future__ import annotations

from typing import Any

import slicer.util
from slicer.i18n import tr as _

from PancreasSegLib.errors import Cancelled, PancreasSegError
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.slicer_adapter.panel.host import Host
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_segment
from PancreasSegLib.slicer_adapter.panel.result_text import progress_text
from PancreasSegLib.slicer_adapter.panel.telling import allow, tell, told_in
from PancreasSegLib.slicer_adapter.run.segmentation_run import SegmentationRun, SegmentedScan

BAR_STEPS = 1000


class RunSection:
    """Holds the run, from its start to the next one: its log stays readable."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ui = host.ui
        self._run: SegmentationRun | None = None
        self._output: Any = None
        self._is_cancelling = False
        self._ui.segmentButton.connect("clicked()", self.start_or_cancel)
        self._ui.progressBar.maximum = BAR_STEPS

    @property
    def is_running(self) -> bool:
        """True from the start to the last word of a run."""
        return self._run is not None and self._run.is_running

    def update(self) -> None:
        """Show what the button does now, or why it does nothing."""
        button = self._ui.segmentButton
        self._ui.progressBar.setVisible(self.is_running)
        self._ui.progressLabel.setVisible(self.is_running)
        if self.is_running:
            button.text = _("Cancelling...") if self._is_cancelling else _("Cancel")
            reason = _("The segmentation is being ended.") if self._is_cancelling else None
            allow(button, reason, _("End the segmentation (Esc)."))
            tell(self._ui.reasonLabel, "")
            return
        parameters = self._host.parameters
        reason = why_not_segment(
            self._host.engine,
            parameters.inputVolume,
            parameters.model,
            parameters.outputSegmentation,
        )
        button.text = _("Segment")
        allow(button, reason, _("Find the pancreas in the volume (Ctrl+Enter)."))
        tell(self._ui.reasonLabel, reason or "")

    def start_or_cancel(self) -> None:
        """What a click on the button does."""
        if self.is_running:
            self.cancel()
        else:
            self.start()

    def start(self) -> None:
        """Start a segmentation, if one may be started now."""
        if self.is_running or not self._ui.segmentButton.enabled:
            return
        parameters = self._host.parameters
        self._is_cancelling = False
        self._output = parameters.outputSegmentation
        self._ui.progressBar.value = 0
        self._ui.progressLabel.text = _("Starting...")
        with told_in(self._ui.messageLabel):
            self._run = self._host.logic.segment(
                parameters.inputVolume,
                parameters.region,
                model=parameters.model,
                device=parameters.device,
                segmentationNode=self._output,
                keepProbability=parameters.keepProbability,
                onProgress=self._on_progress,
                onDone=self._on_done,
                onFailed=self._on_failed,
            )
            self._host.log.follow(self._run)
        self._host.update()

    def cancel(self) -> None:
        """End the segmentation, if one runs."""
        if self._run is not None and self.is_running:
            self._is_cancelling = True
            self._run.cancel()
            self._host.update()

    def close(self) -> None:
        """End it at once: the scene is closed, or the module is."""
        if self._run is not None:
            self._run.close()
        self._output = None
        tell(self._ui.messageLabel, "")

    def _on_progress(self, progress: Progress) -> None:
        self._ui.progressBar.value = round(BAR_STEPS * progress.fraction)
        self._ui.progressLabel.text = progress_text(progress)
        self._host.log.update()

    def _on_done(self, segmented: SegmentedScan) -> None:
        self._host.log.update()
        with told_in(self._ui.messageLabel):
            self._host.show_result(segmented)
        kept, made = self._output, segmented.segmentation_node
        if kept is not None and kept is not made and kept.GetScene() is not None:
            told = _("'{kept}' was edited, so it was kept; the new result is '{made}'.")
            tell(self._ui.messageLabel, told.format(kept=kept.GetName(), made=made.GetName()))

    def _on_failed(self, error: PancreasSegError) -> None:
        if self._run is not None:
            self._host.log.follow(self._run)
        cancelled = isinstance(error, Cancelled)
        tell(
            self._ui.messageLabel,
            _("The segmentation was cancelled.") if cancelled else str(error),
        )
        self._host.update()
        if error.__cause__ is not None:
            with slicer.util.tryWithErrorDisplay():
                raise error.__cause__
