"""Compare with a reference: numbers, a plot, and where the two disagree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import slicer.util
from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.nodes.comparison import (
    find_comparison,
    mark_outdated,
    still_holds,
)
from PancreasSegLib.slicer_adapter.nodes.disagreement import show_disagreement
from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import EvaluationNodes, slice_position
from PancreasSegLib.slicer_adapter.nodes.reference import part_time, parts_of
from PancreasSegLib.slicer_adapter.nodes.saving import save_table, table_as_text
from PancreasSegLib.slicer_adapter.nodes.segments import SEGMENTATION_CLASS, find_segment
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.views import jump_slices, show_evaluation
from PancreasSegLib.slicer_adapter.panel.metrics_table import show_metrics
from PancreasSegLib.slicer_adapter.panel.node_watch import NodeWatch
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_compare
from PancreasSegLib.slicer_adapter.panel.result_text import comparison_text
from PancreasSegLib.slicer_adapter.panel.save_dialog import SaveDialog
from PancreasSegLib.slicer_adapter.panel.telling import allow, chosen_in, offer, tell, told_in

if TYPE_CHECKING:
    from PancreasSegLib.slicer_adapter.panel.host import Host

POINT_SIGNAL = "dataSelected(vtkStringArray*,vtkCollection*)"


class CompareSection:
    """Shows the comparison of what is chosen now, if it is in the scene and still holds.

    It belongs to the result, the reference and what both held: anything else hides it. What has
    changed since then is out of date for good.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ui = ui = host.ui
        self._nodes: EvaluationNodes | None = None
        self._held: tuple[Any, ...] = ()
        self._drawn: tuple[Any, ...] = ()
        self._labels: tuple[Any, dict[str, str]] = (None, {})
        self._is_comparing = False
        self._watch = NodeWatch(self._on_changed, self._on_changed, self._on_changed)
        self._plot_view: Any = None
        self._save_dialog = SaveDialog(
            host, ui.compareMessageLabel, _("Save comparison"), _("Tables") + " (*.csv)"
        )
        ui.compareButton.connect("clicked()", self._compare)
        ui.copyMetricsButton.connect("clicked()", self._copy)
        ui.saveMetricsButton.connect("clicked()", self._save)
        ui.plotButton.connect("clicked()", self._show_plot)
        ui.referenceSegmentSelector.connect("currentIndexChanged(int)", self._choose_segment)
        ui.disagreementCheckBox.connect("toggled(bool)", self._show_disagreement)

    def update(self) -> None:
        """Show what can be compared, the comparison of it, and which buttons may be used."""
        parameters = self._host.parameters
        self._watch.watch(parameters.outputSegmentation, parameters.reference)
        self._show_parts(parameters.reference, parameters.referenceSegment)
        reason = why_not_compare(parameters.outputSegmentation, parameters.reference)
        if self._host.is_running:
            reason = _("A segmentation is running; wait for its end.")
        allow(self._ui.compareButton, reason, _("Measure the result against the reference."))
        self._show(self._comparison())
        reason = None if self._nodes else _("Nothing has been compared yet.")
        for widget, tip in (
            (self._ui.copyMetricsButton, _("Copy the table, for a spreadsheet.")),
            (self._ui.saveMetricsButton, _("Save the case and its slices as two CSV files.")),
            (self._ui.plotButton, _("Show DSC by slice; click on a point to go there.")),
            (self._ui.disagreementCheckBox, _("Missed is blue, extra is red.")),
        ):
            allow(widget, reason, tip)

    def forget(self) -> None:
        """There is another result in the chosen segmentation, or another scene.

        A plot view that is open may go on: it may soon show the next comparison.
        """
        if self._nodes is not None and self._nodes.metrics.GetScene() is not None:
            mark_outdated(self._nodes)
        self._show(None)
        self._watch.watch()

    def close(self) -> None:
        """Let go of the nodes and of the plot view."""
        self._watch.watch()
        self._leave_plot()

    def on_points_selected(self, series_ids: Any, selections: Any) -> None:
        """The user clicked on points of the plot: the slice views go to the first of them.

        series_ids: vtkStringArray. selections: vtkCollection with a vtkIdTypeArray of point numbers
        for each of these series.
        """
        if self._nodes is None:
            return
        # A plot without a series, as of a chart of the user, has a selection and no id.
        for number in range(min(selections.GetNumberOfItems(), series_ids.GetNumberOfValues())):
            if series_ids.GetValue(number) != self._nodes.series.GetID():
                continue  # the plot view still shows another comparison, or a chart of the user's
            points = selections.GetItemAsObject(number)
            if points.GetNumberOfValues():
                jump_slices(
                    slicer.mrmlScene, slice_position(self._nodes.slices, points.GetValue(0))
                )
                return

    def _on_changed(self) -> None:
        if self._host.parameters is not None and not self._is_comparing:
            self.update()

    def _show_parts(self, reference: Any, chosen: str) -> None:
        """A single part needs no choice; the result is no reference of itself."""
        parts = {} if reference is None else self._parts_of(reference)
        if reference is not None and reference is self._host.parameters.outputSegmentation:
            result = find_segment(reference, RESULT)
            parts = {part: name for part, name in parts.items() if part != result}
        choices = [(name, part) for part, name in parts.items()]
        if len(choices) != 1:
            choices.insert(0, (_("Choose one") if choices else _("None"), ""))
            chosen = chosen if chosen in parts else ""
        else:
            chosen = choices[0][1]
        offer(self._ui.referenceSegmentSelector, choices, chosen)
        allow(
            self._ui.referenceSegmentSelector,
            None if len(parts) > 1 else _("The reference has no segments to choose from."),
            _("The segment or label of the reference that is the pancreas."),
        )

    def _parts_of(self, reference: Any) -> dict[str, str]:
        """Looking for labels takes a while in a large volume: only if it has changed."""
        if reference.GetClassName() == SEGMENTATION_CLASS:
            return parts_of(reference)
        now = (reference, part_time(reference, ""))
        if now != self._labels[0]:
            self._labels = (now, parts_of(reference))
        return self._labels[1]

    def _choose_segment(self, _index: int) -> None:
        self._host.parameters.referenceSegment = chosen_in(self._ui.referenceSegmentSelector)

    def _comparison(self) -> EvaluationNodes | None:
        """Of what is chosen now, if it is there and still holds."""
        result, reference = (
            self._host.parameters.outputSegmentation,
            self._host.parameters.reference,
        )
        segment_id = None if result is None else find_segment(result, RESULT)
        part = chosen_in(self._ui.referenceSegmentSelector)
        if segment_id is None or reference is None or not part:
            return None
        nodes = find_comparison(result, segment_id, reference, part)
        if nodes is None:
            return None
        now = (nodes, part_time(result, segment_id), part_time(reference, part))
        if now != self._held and not still_holds(nodes, result):
            mark_outdated(nodes)
            self._show(None)
            tell(
                self._ui.compareMessageLabel,
                _("The result or the reference was changed after the comparison; compare again."),
            )
            return None
        self._held = now
        return nodes

    def _show(self, nodes: EvaluationNodes | None) -> None:
        """Numbers and disagreement of a comparison, or none."""
        if nodes != self._nodes:
            self._nodes = nodes
            show_metrics(self._ui.metricsTable, nodes)
            tell(self._ui.compareMessageLabel, comparison_text(nodes) if nodes else "")
        self._ui.metricsTable.setVisible(nodes is not None)
        self._show_disagreement()

    def _show_disagreement(self, *_: object) -> None:
        """Missed and extra of what is shown, if the user wants to see them; of no other."""
        shown = None if self._nodes is None else self._host.parameters.outputSegmentation
        if not self._ui.disagreementCheckBox.checked:
            shown = None
        drawn = (self._nodes, shown)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        for node in slicer.util.getNodesByClass(SEGMENTATION_CLASS):
            show_disagreement(node, node is shown)

    def _compare(self) -> None:
        parameters = self._host.parameters
        self._show(None)
        self._is_comparing = True
        try:
            with told_in(self._ui.compareMessageLabel):
                self._host.logic.evaluate(
                    parameters.outputSegmentation,
                    parameters.reference,
                    referenceSegmentId=chosen_in(self._ui.referenceSegmentSelector) or None,
                )
        finally:
            self._is_comparing = False
        self._host.update()

    def _show_plot(self) -> None:
        layout_manager = slicer.app.layoutManager()
        if self._nodes is None or layout_manager is None:
            return
        # Without a table view: the numbers are in the panel.
        layout_manager.setLayout(slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpPlotView)
        show_evaluation(self._nodes)
        self._leave_plot()
        self._plot_view = layout_manager.plotWidget(0).plotView()
        self._plot_view.connect(POINT_SIGNAL, self.on_points_selected)

    def _leave_plot(self) -> None:
        if self._plot_view is not None:
            self._plot_view.disconnect(POINT_SIGNAL, self.on_points_selected)
            self._plot_view = None

    def _copy(self) -> None:
        if self._nodes is not None:
            self._host.dialogs.copy(table_as_text(self._nodes.metrics))
            tell(self._ui.compareMessageLabel, _("The table is in the clipboard."))

    def _save(self) -> None:
        if self._nodes is not None:
            self._save_dialog.save("comparison.csv", self._write)

    def _write(self, path: str) -> str:
        assert self._nodes is not None
        by_slice = Path(path).with_name(f"{Path(path).stem}-slices.csv")
        save_table(self._nodes.metrics, path)
        save_table(self._nodes.slices, by_slice)
        return _("Saved as {path} and {name}").format(path=path, name=by_slice.name)
