"""The folds of the superpixels: each is measured once, and gathered when all are there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import ladder_folds
import pytest

from PancreasSegLib.models.folder import models_folder
from PancreasSegLib.models.manifest import Manifest
from Testing.training.conftest import refused

BUNDLED = models_folder() / "superpixels-ct.json"


@pytest.fixture
def fold(tmp_path: Path) -> Callable[..., Path]:
    """A fold of `runs` with a model, measured before: that model, or another one."""

    def write(number: int, sha256: str = Manifest.from_file(BUNDLED).sha256) -> Path:
        folder = tmp_path / "runs" / f"fold-{number}"
        (folder / "models").mkdir(parents=True)
        model = json.loads(BUNDLED.read_text(encoding="utf-8"))
        model["training"] |= {"held_out_scans": [f"scan {number}"], "training_scans": ["a", "b"]}
        manifest = folder / "models" / BUNDLED.name
        manifest.write_text(json.dumps(model), encoding="utf-8")
        content = {"sha256": sha256, "test": {f"scan {number}": {}}}
        (folder / "ladder.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the numbers are gathered."""
    folder = tmp_path / "page"
    folder.mkdir()
    monkeypatch.setattr(ladder_folds, "HERE", folder)
    return folder


def test_without_a_fold_or_the_summary_nothing_is_gathered(
    page: Path, fold: Callable[..., Path], tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    for number in range(3):
        fold(number)

    with refused(f"There is no {runs / 'cross_validation.json'}"):
        ladder_folds.measure_folds(runs, tmp_path)
    (runs / "cross_validation.json").write_text("{}", encoding="utf-8")
    with refused(f"There is no {runs / 'fold-3' / 'models' / 'superpixels-ct.json'}"):
        ladder_folds.measure_folds(runs, tmp_path)

    assert list(page.iterdir()) == []


def test_folds_that_were_measured_are_gathered_with_the_summary(
    page: Path, fold: Callable[..., Path], tmp_path: Path
) -> None:
    for number in range(4):
        fold(number)
    summary = tmp_path / "runs" / "cross_validation.json"
    summary.write_text('{"folds": 4}', encoding="utf-8")

    ladder_folds.measure_folds(tmp_path / "runs", tmp_path)

    folds = json.loads((page / "ladder.json").read_text(encoding="utf-8"))["folds"]
    assert [list(fold["test"]) for fold in folds] == [[f"scan {n}"] for n in range(4)]
    assert (page / "cross_validation.json").read_text(encoding="utf-8") == '{"folds": 4}'


def test_a_fold_whose_model_was_trained_anew_is_measured_again(
    fold: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Measures:
        def __init__(self, manifest: Path) -> None: ...

        def measure(self, image: Path, reference: Path) -> dict[str, object]:
            numbers = dict.fromkeys(("optimal", "candidate_dice", "sensitivity"), 0.5)
            return numbers | {"curves": {"P": [0.25]}}

    monkeypatch.setattr(ladder_folds, "Ladder", Measures)
    folder = fold(0, sha256="that of another model")

    measured = ladder_folds.measure_fold(folder, tmp_path)

    assert (list(measured["test"]), list(measured["train"])) == (["scan 0"], ["a"])
    assert json.loads((folder / "ladder.json").read_text(encoding="utf-8")) == measured
