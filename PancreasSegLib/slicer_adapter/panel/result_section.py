"""Result: what was found, how it is shown, where it goes."""

from __future__ import annotations

from typing import Any

import slicer.util
from slicer.i18n import tr as _

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.slicer_adapter.nodes.dicom_source import why_no_dicom_export
from PancreasSegLib.slicer_adapter.nodes.probability_node import probability_of
from PancreasSegLib.slicer_adapter.nodes.reference import part_time, result_volume
from PancreasSegLib.slicer_adapter.nodes.report import report_of
from PancreasSegLib.slicer_adapter.nodes.saving import save_segment
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import scan_of
from PancreasSegLib.slicer_adapter.nodes.segments import (
    find_segment,
    foreign_segments,
    was_edited,
)
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment
from PancreasSegLib.slicer_adapter.nodes.volume_rendering import is_rendered_by_user
from PancreasSegLib.slicer_adapter.panel.host import Host
from PancreasSegLib.slicer_adapter.panel.node_watch import NodeWatch
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_report, why_not_result
from PancreasSegLib.slicer_adapter.panel.report_page import ENDING, save_report_page
from PancreasSegLib.slicer_adapter.panel.result_text import result_text
from PancreasSegLib.slicer_adapter.panel.result_views import ResultViews
from PancreasSegLib.slicer_adapter.panel.result_warnings import ResultWarnings
from PancreasSegLib.slicer_adapter.panel.save_dialog import SaveDialog, file_name_of
from PancreasSegLib.slicer_adapter.panel.telling import allow, told_in
from PancreasSegLib.slicer_adapter.panel.translating import translated

PAGE_TYPE = "Page (*.html)"
FILE_TYPES = "Segmentation (*.seg.nrrd);;Mask on the scan's grid (*.nii.gz);;Surface (*.stl)"


class ResultSection:
    """Works on our segment in the output segmentation, also if it came with a loaded scene."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ui = ui = host.ui
        self._views = ResultViews(host)
        self._warnings = ResultWarnings(ui)
        self._save_dialog = SaveDialog(host, ui.resultMessageLabel, _("Save result"), FILE_TYPES)
        self._report_dialog = SaveDialog(host, ui.resultMessageLabel, _("Save report"), PAGE_TYPE)
        self._watch = NodeWatch(self._note_edit, self._note_change, host.update)
        self._measured: tuple[str, str] | None = None
        self._measured_at: tuple[int, ...] = ()
        self._is_edited = self._is_changed = False
        ui.centerButton.connect("clicked()", self.center)
        ui.editButton.connect("clicked()", self._edit)
        ui.saveButton.connect("clicked()", self._save)
        ui.reportButton.connect("clicked()", self._save_report)

    def update(self) -> None:
        """Show the result and apply how it is to be seen."""
        self._watch.watch(self._segmentation)
        reason = why_not_result(self._segmentation, self._host.parameters.inputVolume)
        for button, tip in (
            (self._ui.centerButton, _("Turn all views to the result.")),
            (self._ui.editButton, _("Correct the result by hand.")),
            (self._ui.saveButton, self._save_tip() if reason is None else ""),
        ):
            allow(button, reason, tip)
        allow(
            self._ui.reportButton,
            why_not_report(self._segmentation, self._host.parameters.inputVolume),
            _("Save a page with pictures, numbers and warnings."),
        )
        for widget in (
            self._ui.opacitySlider,
            self._ui.smoothingSlider,
            self._ui.show3DCheckBox,
        ):
            allow(widget, reason)
        self._allow_views(reason)
        if reason is not None:
            self._measured = None
            self._views.leave()
            self._ui.resultLabel.text = reason
            self._warnings.show(None)
            return
        if foreign_segments(self._segmentation):
            shared = _("It would change the surfaces of your own segments as well.")
            allow(self._ui.smoothingSlider, shared)
        if self._measured != (self._segmentation.GetID(), self._segment_id):
            self.measure()
        self._views.update(self._segmentation, self._segment_id, self._volume)

    def poll(self) -> None:
        """Show anew what was changed since, and measure what was edited."""
        if self._is_edited or self._is_changed:
            self._is_changed = False
            self._host.update()
            if self._is_edited or self._measured_at != self._time():
                self.measure()

    def measure(self) -> None:
        """Show the volume anew: the segment may have been edited."""
        self._is_edited = False
        if why_not_result(self._segmentation, self._host.parameters.inputVolume) is not None:
            return
        self._measured = (self._segmentation.GetID(), self._segment_id)
        self._measured_at = self._time()
        try:
            mask = result_volume(self._segmentation, self._segment_id)
        except PancreasSegError as error:
            self._ui.resultLabel.text = translated(str(error))
            return
        volume_ml = float(mask.array.sum()) * mask.grid.voxel_ml
        report = report_of(self._segmentation)
        is_edited = was_edited(self._segmentation, self._segment_id)
        self._ui.resultLabel.text = result_text(volume_ml, report, is_edited)
        is_drawn = report is not None and not report["found"] and volume_ml > 0
        self._warnings.show(None if is_drawn else report)  # it warns that there is no pancreas

    def begin(self) -> None:
        """Another scene: nothing is known of its result, and its views are as they were left."""
        self._measured = None
        self._views.begin()
        self._watch.watch()

    def renew(self) -> None:
        """A run has put a result there: the next `update` shows all of it anew."""
        self._measured = None
        self._views.renew()

    def close(self) -> None:
        """Stop observing."""
        self._watch.watch()

    def center(self) -> None:
        """Turn all views to the result."""
        with told_in(self._ui.resultMessageLabel):
            center_on_segment(self._segmentation, self._segment_id)

    @property
    def _segmentation(self) -> Any:
        return self._host.parameters.outputSegmentation

    @property
    def _segment_id(self) -> str:
        return find_segment(self._segmentation, RESULT) or ""

    @property
    def _volume(self) -> Any:
        return scan_of(self._segmentation) or self._host.parameters.inputVolume

    @property
    def _probability(self) -> Any:
        volume = self._host.parameters.inputVolume
        return None if volume is None else probability_of(volume)

    def _allow_views(self, reason: str | None) -> None:
        """reason: why there is no result, whose surroundings and probability they show."""
        volume = self._host.parameters.inputVolume
        no_rendering = reason
        if reason is None and volume is None:
            no_rendering = _("No volume is selected.")
        elif reason is None and is_rendered_by_user(volume):
            no_rendering = _(
                "The volume has a rendering of your own; see the module Volume Rendering."
            )
        allow(self._ui.volumeRenderingCheckBox, no_rendering)
        no_overlay = reason
        if reason is None and self._probability is None:
            no_overlay = _("No probability was kept; tick it above and segment again.")
        allow(self._ui.overlayCheckBox, no_overlay)

    def _time(self) -> tuple[int, ...]:
        """Of the voxels that are measured: undo exchanges them, and says no more than a rename."""
        return part_time(self._segmentation, self._segment_id) if self._measured else ()

    def _note_edit(self) -> None:
        self._is_edited = True

    def _note_change(self) -> None:
        self._is_changed = True

    def _edit(self) -> None:
        slicer.util.selectModule("SegmentEditor")
        editor = slicer.util.getModuleWidget("SegmentEditor").editor
        editor.setSegmentationNode(self._segmentation)
        editor.setSourceVolumeNode(self._volume)
        editor.setCurrentSegmentID(self._segment_id)

    def _save(self) -> None:
        self._save_dialog.save(
            file_name_of(self._segmentation.GetName()) + ".seg.nrrd", self._write
        )

    def _write(self, path: str) -> str:
        save_segment(self._segmentation, self._segment_id, path)
        told = _("Saved as {path}").format(path=path)
        return " ".join([told, why_no_dicom_export(self._volume) or ""]).strip()

    def _save_report(self) -> None:
        self._report_dialog.save(_("Pancreas report") + ENDING, self._write_report)

    def _write_report(self, path: str) -> str:
        save_report_page(self._segmentation, self._segment_id, self._volume, path)
        return _("Saved as {path}").format(path=path)

    def _save_tip(self) -> str:
        tip = _("As segmentation, mask or surface.")
        return " ".join([tip, why_no_dicom_export(self._volume) or ""]).strip()
