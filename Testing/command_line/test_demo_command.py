"""`pancreasseg demo`: the synthetic CT, its segmentation and the pictures of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from PancreasSegLib import evaluate, read_mask, read_volume
from PancreasSegLib.command_line import demo_command
from PancreasSegLib.command_line.demo_command import make_demo
from PancreasSegLib.errors import WeightsError
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.rendering.surface_picture import WHAT_TO_INSTALL
from Testing.command_line.conftest import Run, names_in
from Testing.sentences import assert_tells

COARSE_MM = (4.0, 4.0, 4.0)
WITHOUT_3D = set(demo_command.FILES.values()) - {demo_command.SURFACE}


def test_the_demo_leaves_scan_masks_reports_and_pictures_and_says_where(
    bright_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "the dëmo"

    code = make_demo(folder, Cancellation(), bright_model, COARSE_MM)

    told = capsys.readouterr()
    scan = read_volume(folder / demo_command.SCAN)
    mask, reference = (
        read_mask(folder / name) for name in (demo_command.MASK, demo_command.REFERENCE)
    )
    evaluation = json.loads((folder / demo_command.EVALUATION).read_text(encoding="utf-8"))
    assert code == 0
    assert mask.grid.is_same_as(scan.grid) and reference.grid.is_same_as(scan.grid)
    assert evaluation["dice"] == evaluate(mask, reference).dice
    assert f"DSC          {evaluation['dice']:.3f}\n" in told.out
    assert WITHOUT_3D <= names_in(folder) <= set(demo_command.FILES.values())
    assert all(str(folder / name) in told.out for name in names_in(folder))
    assert (demo_command.SURFACE in names_in(folder)) != (WHAT_TO_INSTALL in told.err)
    assert all(name.startswith("synthetic-ct") for name in names_in(folder))
    assert evaluation["scan"] == "Synthetic CT, not a patient"
    assert "A synthetic CT, not of a patient" in told.out


def test_a_demo_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(WeightsError):
        make_demo(tmp_path / "demo", Cancellation(), tmp_path / "missing.json", COARSE_MM)

    assert names_in(tmp_path) == set()


def test_a_folder_that_cannot_be_made_is_told_before_any_work(
    pancreasseg: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "missing" / "demo"

    outcome = pancreasseg("demo", "--output", folder)

    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 1
    assert_tells(outcome.err, str(folder), f"{folder.parent} does not exist", "create it first")


def test_the_bundled_model_segments_the_synthetic_ct_well(
    pancreasseg_process: Run, tmp_path: Path
) -> None:
    outcome = pancreasseg_process("demo", cwd=tmp_path)

    folder = tmp_path / "pancreasseg-demo"
    evaluation = json.loads((folder / demo_command.EVALUATION).read_text(encoding="utf-8"))
    assert outcome.code == 0, outcome.err
    assert evaluation["dice"] > 0.75
