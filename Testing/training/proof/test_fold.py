"""One fold of a cross-validation: what it starts from."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PancreasSegLib.models import Manifest
from PancreasSegLib.training.proof.cross_validation import cross_validate
from PancreasSegLib.training.train import train
from Testing.training.conftest import ALL_SCANS, WITHOUT_RNN, coronal, refused


def test_a_fold_starts_from_its_own_model_and_never_from_one_that_saw_its_scans(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    first = coronal(write_config)
    start = ('output = "run"', 'output = "run"\ninitial = "models/tiny-coronal.json"')
    second = write_config(*ALL_SCANS, *WITHOUT_RNN, start)
    train(first, "cpu")

    with refused(f"{tmp_path / 'models' / 'tiny-coronal.json'} was trained on a, which is to be"):
        cross_validate([second], 3, tmp_path / "cv", [0], "cpu")
    cross_validate([first, second], 3, tmp_path / "cv", [0], "cpu")

    assert Manifest.from_file(tmp_path / "cv/fold-0/models/tiny-jac.json").training[
        "held_out_scans"
    ] == ["a"]


def test_a_fold_never_starts_from_what_it_made_itself(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    without_a = (*ALL_SCANS[:1], ('held_out = ["c"]', 'held_out = ["a"]'), ALL_SCANS[2])
    folder = ('folder = "models"', 'folder = "start"')
    train(write_config(*without_a, *WITHOUT_RNN, folder, name="start.toml"), "cpu")
    start = ('output = "run"', 'output = "run"\ninitial = "start/tiny-jac.json"')
    config = write_config(*ALL_SCANS, *WITHOUT_RNN, start)
    made = tmp_path / "cv/fold-0/models/tiny-jac.json"
    cross_validate([config], 3, tmp_path / "cv", [0], "cpu")
    before = Manifest.from_file(made).sha256

    shutil.rmtree(tmp_path / "cv/fold-0/tiny")
    cross_validate([config], 3, tmp_path / "cv", [0], "cpu")

    assert Manifest.from_file(made).sha256 == before
