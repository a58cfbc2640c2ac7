"""Batch: the scans of a folder, one after the other, by the model and device that are chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import Cancelled, PancreasSegError, WeightsError
from PancreasSegLib.models.catalogue import find_model
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.slicer_adapter.panel.host import Host
from PancreasSegLib.slicer_adapter.panel.result_text import progress_text
from PancreasSegLib.slicer_adapter.panel.telling import allow, tell, told_in
from PancreasSegLib.slicer_adapter.run.batch_run import BatchCallbacks, BatchCounts, BatchRun

BAR_STEPS = 1000
"""As in the `.ui` file."""


class BatchSection:
    """The folders are those of this session; the scene has no part in it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ui = ui = host.ui
        self._scans = self._output = ""
        self._run: BatchRun | None = None
        self._is_cancelling = False
        ui.batchScansButton.connect("clicked()", self._choose_scans)
        ui.batchOutputButton.connect("clicked()", self._choose_output)
        ui.batchButton.connect("clicked()", self._start_or_cancel)
        ui.batchPageButton.connect("clicked()", self._open_page)

    @property
    def is_running(self) -> bool:
        """True from the start to the last word of a batch."""
        return self._run is not None and self._run.is_running

    def update(self) -> None:
        """Show the folders, and what the buttons do now, or why they do nothing."""
        self._show_folder(self._ui.batchScansButton, self._scans)
        self._show_folder(self._ui.batchOutputButton, self._output)
        self._ui.batchProgressBar.setVisible(self.is_running)
        self._ui.batchProgressLabel.setVisible(self.is_running)
        button = self._ui.batchButton
        if self.is_running:
            button.text = _("Cancelling...") if self._is_cancelling else _("Cancel batch")
            reason = _("The batch is being ended.") if self._is_cancelling else None
            allow(button, reason, _("End the batch; the next one goes on from there."))
        else:
            button.text = _("Segment all")
            allow(button, self._why_not(), _("Segment all scans of the folder."))
        done = self._run is not None and not self.is_running and self._run.page.is_file()
        reason = None if done else _("No batch has been done yet.")
        allow(self._ui.batchPageButton, reason, _("Show the results, the doubtful ones first."))

    def poll(self) -> None:
        """Call it now and then."""
        if self._run is not None:
            self._run.poll()

    def close(self) -> None:
        """The module is closed: end what runs."""
        if self._run is not None:
            self._run.close()

    def _show_folder(self, button: Any, folder: str) -> None:
        name = Path(folder).name or folder
        button.text = name.replace("&", "&&") if folder else _("Choose folder...")
        allow(button, _("A batch is running.") if self.is_running else None, folder or None)

    def _why_not(self) -> str | None:
        if not self._host.engine.is_ready:
            return self._host.engine.sentence
        if self._host.is_running:
            return _("A segmentation is running; wait for its end.")
        if not self._scans:
            return _("Choose the folder with the scans.")
        if not self._output:
            return _("Choose a folder for the results.")
        try:
            find_model(self._host.parameters.model)
        except WeightsError as error:
            return str(error)
        return None

    def _choose_scans(self) -> None:
        self._scans = self._host.dialogs.open_folder(_("Folder with scans")) or self._scans
        self.update()

    def _choose_output(self) -> None:
        self._output = self._host.dialogs.open_folder(_("Folder for the results")) or self._output
        self.update()

    def _start_or_cancel(self) -> None:
        if self._run is not None and self.is_running:
            self._is_cancelling = True
            self._run.cancel()
        else:
            self._start()
        self.update()

    def _start(self) -> None:
        parameters = self._host.parameters
        self._is_cancelling = False
        self._ui.batchProgressBar.value = 0
        self._ui.batchProgressLabel.text = _("Starting...")
        callbacks = BatchCallbacks(self._on_progress, self._on_done, self._on_failed)
        with told_in(self._ui.batchMessageLabel):
            self._run = BatchRun(
                self._scans, self._output, parameters.model, parameters.device, callbacks
            )
            self._host.log.follow(self._run)

    def _on_progress(self, progress: Progress) -> None:
        self._ui.batchProgressBar.value = round(BAR_STEPS * progress.fraction)
        self._ui.batchProgressLabel.text = progress_text(progress)
        self._host.log.update()

    def _on_done(self, counts: BatchCounts) -> None:
        told = _("{scans} scans: {failed} failed, {empty} without a pancreas.")
        tell(self._ui.batchMessageLabel, told.format(**vars(counts)))
        self._host.log.update()
        self.update()

    def _on_failed(self, error: PancreasSegError) -> None:
        if self._run is not None:
            self._host.log.follow(self._run)
        cancelled = _("The batch was cancelled; what is done is kept.")
        tell(
            self._ui.batchMessageLabel,
            cancelled if isinstance(error, Cancelled) else str(error),
        )
        self.update()

    def _open_page(self) -> None:
        if self._run is not None and not self._host.dialogs.open_page(str(self._run.page)):
            none = _("No browser opened; the page is {path}.").format(path=self._run.page)
            tell(self._ui.batchMessageLabel, none)
