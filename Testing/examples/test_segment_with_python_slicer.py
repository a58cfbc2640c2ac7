"""The engine by Slicer's Python: here this Python is in its place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from PancreasSegLib.volume import Volume, read_mask
from Testing.examples.conftest import EXAMPLES

SHELL = shutil.which("sh")


@pytest.mark.skipif(SHELL is None, reason="no shell on this machine")
def test_from_any_folder_the_mask_and_the_report_are_written(
    scan: Volume, scan_file: Path, random_model: Path, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    options = ["-o", "mask.nii.gz", "--report", "report.json", "--model", str(random_model)]

    done = subprocess.run(
        ["sh", EXAMPLES / "segment_with_python_slicer.sh", scan_file.name, *options],
        cwd=tmp_path,
        env=environment | {"PYTHON_SLICER": sys.executable},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    mask = read_mask(tmp_path / "mask.nii.gz")
    assert mask.array.any()
    assert mask.grid.is_same_as(scan.grid)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["found"]
