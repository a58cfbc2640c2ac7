"""The three places that PancreasSeg lives in, built with a copy of the tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "PancreasSegLib"
LAYOUTS = {
    "source tree": ("PancreasSeg é", "PancreasSeg é/Resources/Models"),
    "extension": ("lib/qt-scripted-modules", "lib/qt-scripted-modules/Resources/Models"),
    "wheel": ("site-packages", "site-packages/PancreasSegLib/Resources/Models"),
}


def ask(folder: Path) -> subprocess.CompletedProcess[str]:
    """What a fresh Python that imports the library from `folder` answers."""
    program = "from PancreasSegLib.models import models_folder; print(models_folder())"
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        env=os.environ | {"PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def copy_library(folder: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__", "Resources")
    shutil.copytree(LIBRARY, folder / "PancreasSegLib", ignore=unwanted)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_models_are_found_in_each_layout(layout: str, tmp_path: Path) -> None:
    library, models = (tmp_path / part for part in LAYOUTS[layout])
    copy_library(library)
    models.mkdir(parents=True)
    answer = ask(library)
    assert answer.returncode == 0, answer.stderr
    assert Path(answer.stdout.strip()) == models


def test_a_tree_without_models_says_so(tmp_path: Path) -> None:
    copy_library(tmp_path)
    answer = ask(tmp_path)
    assert answer.returncode == 1
    assert "The folder Resources/Models with the bundled models was found neither" in answer.stderr
