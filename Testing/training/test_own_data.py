"""`train_on_own_data`: from a folder of scans to a measured model, without a configuration."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.models import Manifest, find_model
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.own_data import OwnTraining, configuration, train_on_own_data
from PancreasSegLib.training.recipe.config import VolumeSource, read_config
from PancreasSegLib.volume import read_volume
from Testing.sentences import assert_tells

START = "jac64-ct"


def written(training: OwnTraining, folder: Path) -> Path:
    path = folder / "own.toml"
    path.write_text(configuration(training, VolumeSource(str(folder))), encoding="utf-8")
    return path


@pytest.mark.parametrize("start", [None, "jac64-ct", "unet32-ct", "views64-ct", "multiview-ct"])
def test_the_configuration_can_be_read_and_has_the_models_grid_and_region(
    start: str | None, tmp_path: Path
) -> None:
    config = read_config(written(OwnTraining(tmp_path, tmp_path, start=start), tmp_path))

    like = find_model(start or "unet32-ct").manifest
    assert config.data.spacing_mm == like.spacing_mm
    assert config.data.window == like.window
    assert config.data.views == like.views
    assert config.export.region == like.region
    assert config.export.combination.averaged_with == ()
    assert config.network["cnn"] == like.network["kind"]
    assert (config.initial is None) == (start is None)
    assert config.cnn.learning_rate == (2e-3 if start is None else 3e-4)


@pytest.mark.parametrize("start", ["rnn64-ct", "coarse-ct"])
def test_a_model_that_is_no_segmenting_cnn_of_slices_is_refused(start: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        configuration(OwnTraining(tmp_path, tmp_path, start=start), VolumeSource("scans"))

    assert_tells(refusal.value, f"'{start}'", "jac64-ct, views64-ct or unet32-ct", "--start")


def test_own_scans_become_a_model_that_was_measured_on_held_out_ones(
    scans: Path, tmp_path: Path
) -> None:
    training = OwnTraining(scans, tmp_path / "out", "mine", START, folds=2, steps=1)
    told: list[str] = []

    (path,) = train_on_own_data(training, "cpu", tell=told.append)

    manifest = Manifest.from_file(path)
    assert path == tmp_path / "out" / "models" / "mine.json"
    assert manifest.measured["cases"].keys() == {"a", "b", "c"}
    assert "2-fold cross-validation" in manifest.measured["what"]
    assert manifest.training["setup"]["starts_from"]["model"] == START
    assert path.with_suffix(".md").is_file()
    assert (tmp_path / "out" / "training" / "progress.png").is_file()
    assert [line.split()[:3] for line in told if line.startswith("fold")] == [
        ["fold", "0", "mine"],
        ["fold", "1", "mine"],
    ]
    scan = read_volume(scans / "a.nii.gz")
    assert Segmenter(path, "cpu").segment(scan).mask.grid.is_same_as(scan.grid)


def test_without_folds_it_is_said_that_nothing_is_measured(scans: Path, tmp_path: Path) -> None:
    told: list[str] = []
    training = OwnTraining(scans, tmp_path / "out", start=START, folds=0, steps=1)

    (path,) = train_on_own_data(training, "cpu", tell=told.append)

    assert "No cross-validation" in told[0]
    assert Manifest.from_file(path).measured == {}


def test_an_output_of_another_training_is_refused_and_left_as_it_is(
    scans: Path, tmp_path: Path
) -> None:
    training = OwnTraining(scans, tmp_path / "out", start=START, folds=0, steps=1)
    (path,) = train_on_own_data(training, "cpu")
    before = path.read_bytes()

    with pytest.raises(InputError) as refusal:
        train_on_own_data(dataclasses.replace(training, steps=2), "cpu")

    assert_tells(refusal.value, "own-model.toml", "another training", "--output")
    with pytest.raises(InputError) as refusal:
        train_on_own_data(dataclasses.replace(training, name="other"), "cpu")
    assert_tells(refusal.value, "own-model.toml", "another training", "--output")
    assert path.read_bytes() == before


def test_a_name_that_leads_elsewhere_is_refused(scans: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the name is '\.\./x'"):
        train_on_own_data(OwnTraining(scans, tmp_path / "out", "../x"), "cpu")


def test_a_training_that_was_refused_can_be_corrected_in_the_same_folder(
    scans: Path, tmp_path: Path
) -> None:
    training = OwnTraining(scans, tmp_path / "out", start=START, folds=0, steps=1)
    with pytest.raises(InputError, match="2"):
        train_on_own_data(dataclasses.replace(training, label=2), "cpu")

    assert train_on_own_data(training, "cpu")


def test_a_name_may_have_quotes_in_it(tmp_path: Path) -> None:
    config = read_config(written(OwnTraining(tmp_path, tmp_path, 'my "best"'), tmp_path))

    assert config.name == config.export.cnn == 'my "best"'
