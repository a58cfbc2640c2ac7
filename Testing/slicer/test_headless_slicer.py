"""The headless Slicer starts, gives a clean scene to each test, and ends without a crash."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
WHOLE_LIFE = """
import numpy
from Testing.slicer import headless_slicer
headless_slicer.start()
import slicer
slicer.util.addVolumeFromArray(numpy.zeros((2, 3, 4), numpy.int16))
headless_slicer.stop()
assert not hasattr(slicer, "mrmlScene")
headless_slicer.start()
print(slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode"))
headless_slicer.stop()
"""


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_scene(slicer: Any, turn: int) -> None:
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0

    slicer.util.addVolumeFromArray(np.zeros((2, 3, 4), np.int16))


def test_scripts_find_the_names_that_they_know(slicer: Any) -> None:
    assert slicer.app.mrmlScene() is slicer.mrmlScene
    assert slicer.app.layoutManager() is None  # as in Slicer --no-main-window
    logic = slicer.modules.segmentations.logic()
    assert logic.IsA("vtkSlicerSegmentationsModuleLogic")


def test_a_volume_is_saved_and_loaded_by_slicers_own_storage(slicer: Any, tmp_path: Path) -> None:
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    node = slicer.util.addVolumeFromArray(array, np.diag([-2.0, -3, 4, 1]), "Scan")

    assert slicer.util.saveNode(node, str(tmp_path / "scan.nii.gz"), {})
    loaded = slicer.util.loadVolume(str(tmp_path / "scan.nii.gz"), {})

    np.testing.assert_array_equal(slicer.util.arrayFromVolume(loaded), array)
    assert loaded.GetSpacing() == pytest.approx((2, 3, 4))


def test_what_cannot_be_loaded_is_an_error(slicer: Any, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Failed to load"):
        slicer.util.loadVolume(str(tmp_path / "missing.nii.gz"), {})


def test_a_process_can_start_and_stop_it_twice_and_ends_in_peace(running_slicer: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_LIFE], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


@pytest.mark.parametrize("what", ["slicer-core", "OpenGL"])
def test_what_is_not_installed_is_skipped_with_a_reason(
    running_slicer: Any, tmp_path: Path, what: str
) -> None:
    (tmp_path / "conftest.py").write_text(
        "from Testing.slicer.fixtures import opengl, running_slicer, slicer\n"
    )
    fixture = {"slicer-core": "slicer", "OpenGL": "opengl"}[what]
    (tmp_path / "test_it.py").write_text(f"def test_it({fixture}): assert False\n")
    if what == "slicer-core":
        (tmp_path / "slicer_core.py").write_text("raise ModuleNotFoundError('not here')\n")
    for library in ("libEGL.so.1", "libEGL.so", "libGL.so.1", "libOSMesa.so.8", "libOSMesa.so.6"):
        (tmp_path / library).touch()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "LD_LIBRARY_PATH": str(tmp_path),
    }

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout
    reason = {"slicer-core": "slicer-core is not installed", "OpenGL": "no OpenGL library"}[what]
    assert reason in done.stdout
