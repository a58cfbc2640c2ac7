"""Result: what was found, how it is shown, where it goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import slicer.util
from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.nodes.probability_node import REFERENCE_ROLE
from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
from PancreasSegLib.slicer_adapter.nodes.saving import save_segment
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import (
    scan_of,
    set_opacity,
    set_smoothing,
)
from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment, show_overlay
from PancreasSegLib.slicer_adapter.nodes.volume_node import is_from_dicom
from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_result
from PancreasSegLib.slicer_adapter.panel.result_text import result_text
from PancreasSegLib.slicer_adapter.panel.result_warnings import ResultWarnings
from PancreasSegLib.slicer_adapter.panel.save_dialog import SaveDialog
from PancreasSegLib.slicer_adapter.panel.telling import allow, told_in
from PancreasSegLib.slicer_adapter.run.segmentation_run import REPORT_ATTRIBUTE

if TYPE_CHECKING:
    from PancreasSegLib.slicer_adapter.panel.panel import Panel

FILE_TYPES = "Segmentation (*.seg.nrrd);;Mask on the scan's grid (*.nii.gz);;Surface (*.stl)"


class ResultSection:
    """Works on our segment in the output segmentation, also if it came with a loaded scene."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._ui = ui = panel.ui
        self._shown: dict[str, Any] = {}
        self._warnings = ResultWarnings(ui)
        self._save_dialog = SaveDialog(panel, ui.resultMessageLabel, _("Save result"), FILE_TYPES)
        ui.centerButton.connect("clicked()", self.center)
        ui.editButton.connect("clicked()", self._edit)
        ui.saveButton.connect("clicked()", self._save)

    def update(self) -> None:
        """Show the result and apply how it is to be seen."""
        reason = why_not_result(self._segmentation)
        for button, tip in (
            (self._ui.centerButton, _("Turn all views to the result.")),
            (self._ui.editButton, _("Correct the result by hand.")),
            (self._ui.saveButton, self._save_tip() if reason is None else ""),
        ):
            allow(button, reason, tip)
        for widget in (
            self._ui.opacitySlider,
            self._ui.smoothingSlider,
            self._ui.show3DCheckBox,
        ):
            allow(widget, reason)
        self._allow_views()
        if reason is not None:
            self._ui.resultLabel.text = reason
            self._warnings.show(None)
            return
        self._apply()

    def measure(self) -> None:
        """Show the volume anew: the segment may have been edited."""
        if why_not_result(self._segmentation) is not None:
            return
        with told_in(self._ui.resultMessageLabel):
            mask = result_volume(self._segmentation, self._segment_id)
            volume_ml = float(mask.array.sum()) * mask.grid.voxel_ml
            saved = self._segmentation.GetAttribute(REPORT_ATTRIBUTE)
            report = json.loads(saved) if saved else None
            self._ui.resultLabel.text = result_text(volume_ml, report)
            self._warnings.show(report)

    def forget(self) -> None:
        """There is another result: the next `update` shows all of it anew."""
        self._shown.clear()

    def center(self) -> None:
        """Turn all views to the result."""
        with told_in(self._ui.resultMessageLabel):
            center_on_segment(self._segmentation, self._segment_id)

    @property
    def _segmentation(self) -> Any:
        return self._panel.parameters.outputSegmentation

    @property
    def _segment_id(self) -> str:
        return find_segment(self._segmentation, RESULT) or ""

    @property
    def _volume(self) -> Any:
        return scan_of(self._segmentation) or self._panel.parameters.inputVolume

    @property
    def _probability(self) -> Any:
        volume = self._panel.parameters.inputVolume
        return None if volume is None else volume.GetNodeReference(REFERENCE_ROLE)

    def _allow_views(self) -> None:
        volume = self._panel.parameters.inputVolume
        no_volume = _("No volume is selected.")
        allow(self._ui.volumeRenderingCheckBox, no_volume if volume is None else None)
        no_probability = _("No probability was kept; tick it above and segment again.")
        allow(self._ui.overlayCheckBox, no_probability if self._probability is None else None)

    def _apply(self) -> None:
        """Only what changed: making a surface takes time."""
        parameters = self._panel.parameters
        segmentation, segment_id = self._segmentation, self._segment_id
        if self._is_news("result", (segmentation.GetID(), segment_id)):
            self._shown = {"result": self._shown["result"]}
            self.measure()
        if self._is_news("smoothing", parameters.smoothing):
            set_smoothing(segmentation, parameters.smoothing)
        if self._is_news("opacity", parameters.opacity):
            set_opacity(segmentation, segment_id, parameters.opacity)
        if self._is_news("3D", parameters.show3D):
            segmentation.GetDisplayNode().SetVisibility3D(parameters.show3D)
        if self._volume is not None:
            rendering = (self._volume.GetID(), parameters.volumeRendering)
            if self._is_news("rendering", rendering):
                show_volume_rendering(self._volume, parameters.volumeRendering)
        overlay = self._probability
        if overlay is not None and self._is_news("overlay", parameters.probabilityOverlay):
            show_overlay(overlay, 0.5 if parameters.probabilityOverlay else 0.0)

    def _is_news(self, what: str, value: Any) -> bool:
        is_news = what not in self._shown or self._shown[what] != value
        self._shown[what] = value
        return is_news

    def _edit(self) -> None:
        slicer.util.selectModule("SegmentEditor")
        editor = slicer.util.getModuleWidget("SegmentEditor").editor
        editor.setSegmentationNode(self._segmentation)
        editor.setSourceVolumeNode(self._volume)
        editor.setCurrentSegmentID(self._segment_id)

    def _save(self) -> None:
        self._save_dialog.save(self._segmentation.GetName() + ".seg.nrrd", self._write)

    def _write(self, path: str) -> str:
        save_segment(self._segmentation, self._segment_id, path)
        return " ".join([_("Saved as {path}").format(path=path), self._dicom_note()]).strip()

    def _save_tip(self) -> str:
        return " ".join([_("As segmentation, mask or surface."), self._dicom_note()]).strip()

    def _dicom_note(self) -> str:
        if self._volume is not None and is_from_dicom(self._volume):
            return ""
        return _(
            "The scan was not loaded from DICOM: a DICOM export of the result lacks the patient "
            "and the study."
        )
