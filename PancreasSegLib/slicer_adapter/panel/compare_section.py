"""Compare with a reference: numbers, a plot, and where the two disagree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import slicer
from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import EvaluationNodes, slice_position
from PancreasSegLib.slicer_adapter.nodes.saving import save_table, table_as_text
from PancreasSegLib.slicer_adapter.nodes.segments import SEGMENTATION_CLASS, foreign_segments
from PancreasSegLib.slicer_adapter.nodes.views import jump_slices, show_evaluation
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_compare
from PancreasSegLib.slicer_adapter.panel.telling import allow, chosen_in, offer, tell, told_in

if TYPE_CHECKING:
    from PancreasSegLib.slicer_adapter.panel.host import Host

POINT_SIGNAL = "dataSelected(vtkStringArray*,vtkCollection*)"


class CompareSection:
    """Holds the nodes of the last comparison, until there is another result."""

    def __init__(self, panel: Host) -> None:
        self._panel = panel
        self._ui = ui = panel.ui
        self._nodes: EvaluationNodes | None = None
        self._plot_view: Any = None
        ui.compareButton.connect("clicked()", self._compare)
        ui.copyMetricsButton.connect("clicked()", self._copy)
        ui.saveMetricsButton.connect("clicked()", self._save)
        ui.plotButton.connect("clicked()", self._show_plot)
        ui.referenceSegmentSelector.connect("currentIndexChanged(int)", self._choose_segment)

    def update(self) -> None:
        """Show the reference's segments, and which buttons may be used."""
        parameters = self._panel.parameters
        self._show_segments(parameters.reference, parameters.referenceSegment)
        reason = why_not_compare(parameters.outputSegmentation, parameters.reference)
        if self._panel.is_running:
            reason = _("A segmentation is running; wait for its end.")
        allow(self._ui.compareButton, reason, _("Measure the result against the reference."))
        reason = None if self._nodes else _("Nothing has been compared yet.")
        for button, tip in (
            (self._ui.copyMetricsButton, _("Copy the table, for a spreadsheet.")),
            (self._ui.saveMetricsButton, _("Save the case and its slices as two CSV files.")),
            (self._ui.plotButton, _("Show DSC by slice; click on a point to go there.")),
        ):
            allow(button, reason, tip)
        self._ui.metricsTable.setVisible(self._nodes is not None)

    def forget(self) -> None:
        """There is another result, or another scene."""
        self._nodes = None
        self._ui.metricsTable.setMRMLTableNode(None)
        tell(self._ui.compareMessageLabel, "")
        self.close()

    def close(self) -> None:
        """Let go of the plot view."""
        if self._plot_view is not None:
            self._plot_view.disconnect(POINT_SIGNAL, self.on_points_selected)
            self._plot_view = None

    def on_points_selected(self, _series_ids: Any, selections: Any) -> None:
        """The user clicked on points of the plot: the slice views go to the first of them.

        selections: vtkCollection with a vtkIdTypeArray of point numbers for each series.
        """
        if self._nodes is None:
            return
        for number in range(selections.GetNumberOfItems()):
            points = selections.GetItemAsObject(number)
            if points.GetNumberOfValues():
                jump_slices(
                    slicer.mrmlScene, slice_position(self._nodes.slices, points.GetValue(0))
                )
                return

    def _show_segments(self, reference: Any, chosen: str) -> None:
        choices = [(_("the only one"), "")]
        if reference is not None and reference.GetClassName() == SEGMENTATION_CLASS:
            segmentation = reference.GetSegmentation()
            choices += [
                (segmentation.GetSegment(one).GetName(), one) for one in foreign_segments(reference)
            ]
        known = chosen in [segment_id for _, segment_id in choices]
        offer(self._ui.referenceSegmentSelector, choices, chosen if known else "")
        allow(
            self._ui.referenceSegmentSelector,
            None if len(choices) > 1 else _("The reference has no segments to choose from."),
        )

    def _choose_segment(self, _index: int) -> None:
        self._panel.parameters.referenceSegment = chosen_in(self._ui.referenceSegmentSelector)

    def _compare(self) -> None:
        parameters = self._panel.parameters
        self.forget()
        with told_in(self._ui.compareMessageLabel):
            evaluation, self._nodes = self._panel.logic.evaluate(
                parameters.outputSegmentation,
                parameters.reference,
                referenceSegmentId=chosen_in(self._ui.referenceSegmentSelector) or None,
            )
            self._ui.metricsTable.setMRMLTableNode(self._nodes.metrics)
            tell(
                self._ui.compareMessageLabel,
                _("DSC {dice:.2f}. Missed is blue, extra is red.").format(dice=evaluation.dice),
            )
        self._panel.update()

    def _show_plot(self) -> None:
        layout_manager = slicer.app.layoutManager()
        if self._nodes is None or layout_manager is None:
            return
        layout_manager.setLayout(slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpPlotTableView)
        show_evaluation(self._nodes)
        self.close()
        self._plot_view = layout_manager.plotWidget(0).plotView()
        self._plot_view.connect(POINT_SIGNAL, self.on_points_selected)

    def _copy(self) -> None:
        if self._nodes is not None:
            self._panel.dialogs.copy(table_as_text(self._nodes.metrics))
            tell(self._ui.compareMessageLabel, _("The table is in the clipboard."))

    def _save(self) -> None:
        path = self._panel.dialogs.save_file(
            _("Save comparison"), "comparison.csv", _("Tables") + " (*.csv)"
        )
        if not path or self._nodes is None:
            return
        by_slice = Path(path).with_name(f"{Path(path).stem}-slices.csv")
        with told_in(self._ui.compareMessageLabel):
            save_table(self._nodes.metrics, path)
            save_table(self._nodes.slices, by_slice)
            tell(
                self._ui.compareMessageLabel,
                _("Saved as {path} and {name}").format(path=path, name=by_slice.name),
            )
