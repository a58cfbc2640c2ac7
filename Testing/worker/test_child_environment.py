"""The child runs its parent's own PancreasSegLib, wherever that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import PancreasSegLib
from PancreasSegLib.worker.child_environment import LIBRARY_HOME, child_environment
from Testing.worker.conftest import noise

RUN = """
import sys, tempfile
home, temporary, scan, model = sys.argv[1:]
sys.path.insert(0, home)
tempfile.tempdir = temporary
import numpy as np
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.volume import Volume
from PancreasSegLib.worker.client import WorkerClient
result = WorkerClient().run(Job(Volume(np.load(scan), np.eye(4)), model, device="cpu"))
print(result.report["versions"]["PancreasSeg"])
"""


@pytest.mark.parametrize(
    "place",
    ["Slicer 5.12/lib/Slicer-5.12/qt-scripted-modules", "Umgebung für mich/site-packages"],
    ids=["extension", "wheel"],
)
def test_an_installed_library_is_found_by_its_child(
    place: str, tmp_path: Path, temporary_folder: Path, random_model: Path
) -> None:
    home = tmp_path / place
    source = Path(PancreasSegLib.__file__).parent
    shutil.copytree(
        source, home / "PancreasSegLib", ignore=shutil.ignore_patterns("__pycache__", "*.pt")
    )
    version = home / "PancreasSegLib" / "version.py"
    version.write_text('"""Another."""\n\n__version__ = "0.0.0+copy"\n', encoding="utf-8")
    scan = tmp_path / "scan.npy"
    np.save(scan, noise(seed=0).array)
    # Slicer is started anywhere, for example in a folder with somebody's own torch.py.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "torch.py").write_text("raise AssertionError", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN, home, temporary_folder, scan, random_model],
        cwd=elsewhere,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )

    assert done.stdout == "0.0.0+copy\n"


def test_the_library_comes_before_what_is_on_the_path_already() -> None:
    given = {"HOME": "/home/me", "PYTHONPATH": "/one", "OMP_WAIT_POLICY": "active"}

    environment = child_environment(given)

    assert environment == {
        "HOME": "/home/me",
        "PYTHONPATH": os.pathsep.join([str(LIBRARY_HOME), "/one"]),
        "OMP_WAIT_POLICY": "active",
    }
    assert child_environment({})["PYTHONPATH"] == str(LIBRARY_HOME)
    assert given["PYTHONPATH"] == "/one"
