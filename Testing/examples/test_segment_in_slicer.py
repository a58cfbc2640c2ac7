"""`Slicer --no-main-window --python-script segment_in_slicer.py`, on Slicer's real classes."""

from __future__ import annotations

import runpy
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.volume import Volume, read_mask, write_volume
from Testing.examples.conftest import EXAMPLES, example


def run(*arguments: str | Path) -> int:
    return int(example("segment_in_slicer").main([str(one) for one in arguments]))


def test_a_mask_is_saved_on_the_scans_grid(
    module: Any, scan: Volume, scan_file: Path, random_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "mask.nii.gz"

    assert run(scan_file, output, "--model", random_model) == 0

    mask = read_mask(output)
    assert mask.array.any()
    assert mask.grid.is_same_as(scan.grid)
    assert np.allclose(mask.grid.direction, scan.grid.direction, atol=1e-6)


def test_a_segmentation_is_saved_with_its_name(
    module: Any, slicer: Any, scan_file: Path, random_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "result.seg.nrrd"

    assert run(scan_file, output, "--model", random_model) == 0

    slicer.mrmlScene.Clear(0)
    node = slicer.util.loadSegmentation(str(output))
    assert node.GetSegmentation().GetNthSegment(0).GetName() == "Pancreas"


def test_a_scan_that_is_not_there_is_told_in_a_sentence(
    module: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.nii.gz", tmp_path / "mask.nii.gz") == 1

    assert "none.nii.gz cannot be loaded" in capfd.readouterr().err
    assert list(tmp_path.glob("mask*")) == []


def test_a_dicom_folder_is_loaded_as_such(
    module: Any, slicer: Any, scan_file: Path, random_model: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = tmp_path / "DICOM"
    folder.mkdir()
    database = SimpleNamespace(patients=lambda: ["patient"])
    reader = ModuleType("DICOMLib")
    reader.DICOMUtils = SimpleNamespace(  # type: ignore[attr-defined]
        TemporaryDICOMDatabase=lambda: nullcontext(database),
        importDicom=lambda path, _database: imported.append(path),
        loadPatientByUID=lambda _patient: [slicer.util.loadVolume(str(scan_file)).GetID()],
    )
    imported: list[str] = []
    monkeypatch.setitem(sys.modules, "DICOMLib", reader)

    assert run(folder, tmp_path / "mask.nii.gz", "--model", random_model) == 0

    assert imported == [str(folder)]
    assert read_mask(tmp_path / "mask.nii.gz").array.any()


def test_a_scan_without_pancreas_has_its_own_exit_code(
    module: Any, scan: Volume, random_model: Path, tmp_path: Path
) -> None:
    air = np.full(scan.array.shape, -1000, np.int16)
    air[0, 0, 0] = -999
    write_volume(scan.with_array(air), tmp_path / "air.nii.gz")

    code = run(tmp_path / "air.nii.gz", tmp_path / "mask.nii.gz")

    assert code == 3
    assert not read_mask(tmp_path / "mask.nii.gz").array.any()


@pytest.mark.parametrize("arguments", [["none.nii.gz", "mask.nii.gz"], []])
def test_slicer_is_ended_whatever_happens(
    module: Any, slicer: Any, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []
    options = SimpleNamespace(runPythonAndExit=True)
    monkeypatch.setattr(slicer.app, "commandOptions", lambda: options, raising=False)
    monkeypatch.setattr(slicer.app, "exit", codes.append, raising=False)
    monkeypatch.setattr(sys, "argv", ["segment_in_slicer.py", *arguments])

    try:
        runpy.run_path(str(EXAMPLES / "segment_in_slicer.py"), run_name="__main__")
    except SystemExit as wrong_usage:
        assert wrong_usage.code == 2

    assert codes == [1]
