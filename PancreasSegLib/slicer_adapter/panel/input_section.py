"""Input: the scan, where to look, the model, the device, the segmentation that takes the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models.catalogue import find_model
from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi
from PancreasSegLib.slicer_adapter.nodes.scan_loading import load_dicom_folder, load_scan
from PancreasSegLib.slicer_adapter.panel.host import Host
from PancreasSegLib.slicer_adapter.panel.model_list import ModelList, technical_name
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_scan
from PancreasSegLib.slicer_adapter.panel.telling import allow, chosen_in, offer, told_in
from PancreasSegLib.slicer_adapter.panel.translating import translated
from PancreasSegLib.slicer_adapter.panel.volume_choice import VolumeChoice


class InputSection:
    """The widgets with a `SlicerParameterName` follow the parameter node by themselves."""

    def __init__(self, host: Host, models: ModelList) -> None:
        self._host = host
        self._ui = host.ui
        self._models = models
        self.volume = VolumeChoice(host)
        self._ui.loadScanButton.connect("clicked()", self._load_scan)
        self._ui.loadDicomButton.connect("clicked()", self._load_dicom)
        self._ui.createRoiButton.connect("clicked()", self._create_roi)
        self._ui.importModelButton.connect("clicked()", self._import_model)
        self._ui.modelSelector.connect("currentIndexChanged(int)", self._choose_model)
        self._ui.deviceSelector.connect("currentIndexChanged(int)", self._choose_device)

    def update(self) -> None:
        """Show the choices, and which buttons may be used."""
        self.volume.update()
        parameters = self._host.parameters
        self._show_models(parameters.model)
        self._show_devices(parameters.device)
        running = _("A segmentation is running; wait for its end.")
        allow(
            self._ui.createRoiButton,
            running if self._host.is_running else why_not_scan(parameters.inputVolume),
            _("Put a region around the result; without one, around the middle of the body."),
        )
        for widget in (self._ui.inputSelector, self._ui.roiSelector, self._ui.segmentationSelector):
            widget.enabled = not self._host.is_running

    def _show_models(self, chosen: str) -> None:
        choices = self._models.choices()
        try:
            manifest = find_model(chosen).manifest
            title, licence = manifest.title, manifest.licence
        except WeightsError as error:
            title = _("{name} (missing)").format(name=Path(chosen).stem)
            licence = translated(str(error))
        if chosen not in [name for _, name in choices]:
            choices.append((title, chosen))
        tips = [technical_name(name) for _, name in choices]
        offer(self._ui.modelSelector, choices, chosen, tips)
        self._ui.modelLabel.text = licence

    def _show_devices(self, chosen: str) -> None:
        names = self._host.engine.devices or ()
        choices = [(_("Automatic"), "auto"), (_("CPU"), "cpu")]
        choices += [(name, f"cuda:{number}") for number, name in enumerate(names)]
        if chosen not in [value for _, value in choices]:
            choices.append((_("{name} (not on this computer)").format(name=chosen), chosen))
        offer(self._ui.deviceSelector, choices, chosen)

    def _choose_model(self, _index: int) -> None:
        self._host.parameters.model = chosen_in(self._ui.modelSelector)

    def _choose_device(self, _index: int) -> None:
        self._host.parameters.device = chosen_in(self._ui.deviceSelector)

    def _load_scan(self) -> None:
        types = _("Scans") + " (*.nii.gz *.nii *.nrrd *.nhdr *.mha *.mhd)"
        self._load(self._host.dialogs.open_file(_("Load scan"), types), load_scan)

    def _load_dicom(self) -> None:
        self._load(self._host.dialogs.open_folder(_("Load DICOM folder")), load_dicom_folder)

    def _load(self, path: str, load: Callable[[str], Any]) -> None:
        if not path:
            return
        with told_in(self._ui.inputMessageLabel):
            self._host.parameters.inputVolume = load(path)

    def _create_roi(self) -> None:
        with told_in(self._ui.inputMessageLabel):
            parameters = self._host.parameters
            parameters.region = create_roi(
                parameters.inputVolume, parameters.outputSegmentation, parameters.region
            )
            self.volume.note_region()

    def _import_model(self) -> None:
        path = self._host.dialogs.open_file(
            _("Import weights file"), _("Model weights") + " (*.pt *.json)"
        )
        if not path:
            return
        with told_in(self._ui.inputMessageLabel):
            self._host.parameters.model = self._models.add(path)
