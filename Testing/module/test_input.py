"""Loading scans, regions of interest, diagnostics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from Testing.module.conftest import node_names
from Testing.slicer.module_fixtures import until


def write(path: Path, array: np.ndarray, is_colour: bool = False) -> Path:
    sitk.WriteImage(sitk.GetImageFromArray(array, isVector=is_colour), str(path))
    return path


def test_a_scan_is_loaded_and_chosen(widget: Any, tmp_path: Path, slicer: Any) -> None:
    path = write(tmp_path / "Bauch Ü.nii.gz", np.zeros((5, 8, 8), np.int16))
    widget.panel.dialogs.path = str(path)

    widget.ui.loadScanButton.click()

    assert widget.panel.parameters.inputVolume.GetName() == "Bauch Ü"
    assert widget.ui.inputSelector.currentNode().GetName() == "Bauch Ü"


def test_a_colour_volume_is_of_the_wrong_kind(widget: Any, tmp_path: Path, slicer: Any) -> None:
    path = write(tmp_path / "photo.nrrd", np.zeros((5, 8, 8, 3), np.uint8), is_colour=True)
    widget.panel.dialogs.path = str(path)
    before = node_names(slicer)

    widget.ui.loadScanButton.click()

    told = widget.ui.inputMessageLabel.text
    assert "'photo'" in told and told.endswith("choose a volume of grey values.")
    assert node_names(slicer) == before


def test_a_file_that_is_no_volume_is_named(widget: Any, tmp_path: Path) -> None:
    (tmp_path / "letter.nii.gz").write_text("Dear colleague")
    widget.panel.dialogs.path = str(tmp_path / "letter.nii.gz")

    widget.ui.loadScanButton.click()

    assert widget.ui.inputMessageLabel.text == (
        f"{tmp_path / 'letter.nii.gz'} cannot be loaded as a volume; "
        "choose a NIfTI, NRRD or MetaImage file."
    )


def test_a_closed_dialog_does_nothing(widget: Any, slicer: Any) -> None:
    before = node_names(slicer)

    widget.ui.loadScanButton.click()
    widget.ui.loadDicomButton.click()

    assert widget.ui.inputMessageLabel.text == ""
    assert node_names(slicer) == before


def test_without_a_dicom_module_a_file_is_asked_for(widget: Any, tmp_path: Path) -> None:
    widget.panel.dialogs.path = str(tmp_path)

    widget.ui.loadDicomButton.click()

    assert widget.ui.inputMessageLabel.text == (
        "This Slicer has no DICOM module; load the scan from a file instead."
    )


def test_a_region_of_interest_is_made_around_the_body(widget: Any, scan: Any) -> None:
    assert not widget.ui.createRoiButton.enabled
    widget.panel.parameters.inputVolume = scan

    widget.ui.createRoiButton.click()

    region = widget.panel.parameters.region
    assert widget.ui.roiSelector.currentNode() is region
    bounds, inside = [0.0] * 6, [0.0] * 6
    scan.GetRASBounds(bounds)
    region.GetRASBounds(inside)
    assert all(inside[axis] >= bounds[axis] - 1e-3 for axis in (0, 2, 4))
    assert all(inside[axis] <= bounds[axis] + 1e-3 for axis in (1, 3, 5))


def test_a_region_outside_the_volume_is_told(
    widget: Any, scan: Any, model_name: str, slicer: Any
) -> None:
    region = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Knee")
    region.SetCenter(0, 0, 5000)
    region.SetSize(10, 10, 10)
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.region = region
    widget.panel.parameters.model = model_name

    widget.ui.segmentButton.click()

    assert widget.ui.messageLabel.text == (
        "The region of interest 'Knee' lies outside the volume 'Abdomen'; "
        "move it onto the scan, or choose none."
    )
    assert not widget.panel.is_running
    assert widget.ui.segmentButton.text == "Segment"


def test_weights_that_were_altered_are_told_by_the_engine(
    widget: Any, scan: Any, random_model: Path
) -> None:
    random_model.with_suffix(".pt").write_bytes(b"other")
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = str(random_model)

    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)

    assert "test.pt" in widget.ui.messageLabel.text


def test_diagnostics_have_versions_and_hashes_and_no_name_of_a_scan(widget: Any, scan: Any) -> None:
    widget.panel.parameters.inputVolume = scan

    widget.ui.diagnosticsButton.click()

    text = widget.panel.dialogs.clipboard
    assert "PyTorch: 2.13.0\n" in text and "3D Slicer: 5.12" in text
    assert "Model jac64-ct: weights SHA-256 " in text
    assert "Abdomen" not in text


def test_the_probe_finds_pytorch_and_no_more_than_the_devices_here(desktop: Any) -> None:
    from PancreasSegLib.slicer_adapter.run.engine_probe import EngineProbe
    from PancreasSegLib.slicer_adapter.run.python_command import python_command

    probe = EngineProbe(python_command())
    assert probe.state.is_ready and probe.state.devices is None
    until(lambda: probe.poll() or not probe.is_running)

    assert probe.state.devices is not None and probe.state.problem == ""
    assert probe.state.sentence.startswith("Engine ready: PyTorch 2.")


def test_a_pytorch_that_cannot_be_loaded_is_told(desktop: Any, tmp_path: Path) -> None:
    import sys

    from PancreasSegLib.slicer_adapter.run.engine_probe import EngineProbe

    broken = tmp_path / "python.sh"
    broken.write_text("#!/bin/sh\necho Illegal instruction >&2\nexit 132\n")
    broken.chmod(0o755)
    assert sys.platform != "win32"

    probe = EngineProbe([str(broken)])
    until(lambda: probe.poll() or not probe.is_running)

    assert not probe.state.is_ready
    assert "is installed but cannot be loaded; install it again." in probe.state.sentence


def test_a_slicer_without_its_python_says_what_is_missing_and_what_next(
    desktop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from PancreasSegLib.slicer_adapter.run.engine_probe import EngineProbe
    from PancreasSegLib.slicer_adapter.run.python_command import python_command

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", "")

    state = EngineProbe(python_command()).state

    assert not state.is_ready
    assert "PythonSlicer" in state.sentence and "Start Slicer by" in state.sentence
