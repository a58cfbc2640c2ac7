"""The summary of a cross-validation: of which models it is, and whose card it may go onto."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.training.proof.cross_validation import cross_validate
from PancreasSegLib.training.proof.cross_validation_summary import summary
from PancreasSegLib.training.train import train
from PancreasSegLib.volume import read_mask, write_mask
from Testing.training.conftest import ALL_SCANS, AVERAGE, WITHOUT_RNN, coronal, refused

OTHER_RECIPES = [
    pytest.param(("batch = 2", "batch = 1"), id="batch"),
    pytest.param(("low = -100", "low = -90"), id="window"),
    pytest.param(("3.0, 3.0, 4.0", "3.0, 3.0, 5.0"), id="spacing"),
    pytest.param(("jitter_mm = 5", "jitter_mm = 6"), id="sampling"),
    pytest.param(("[augmentation]", "[augmentation]\nnoise = 0.0"), id="augmentation"),
    pytest.param(("channels = 4", "channels = 5"), id="network"),
    pytest.param(
        ('task = "pancreas"', 'task = "pancreas"\ncombination.threshold = 0.4'), id="threshold"
    ),
    pytest.param(
        ('task = "pancreas"', 'task = "pancreas"\ncombination.least_component = 0.9'),
        id="components",
    ),
]


def test_the_summary_keeps_what_other_configurations_measured_on_the_same_folds(
    config: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    other, output = coronal(write_config), tmp_path / "cv"
    cross_validate([config], 3, output, range(3), "cpu")

    path = cross_validate([other], 3, output, range(3), "cpu")

    assert path is not None
    models = json.loads(path.read_text(encoding="utf-8"))["models"]
    assert list(models) == ["tiny-jac", "tiny-rnn", "tiny-coronal"]


def test_the_summary_forgets_what_was_measured_with_an_earlier_coarse_stage(
    config: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    task = ('task = "pancreas"', 'task = "region"')
    coarse = coronal(write_config, task)
    named = (('"tiny"', '"other"'), ('"tiny-jac"', '"other-jac"'))
    pancreas = write_config(*ALL_SCANS, *WITHOUT_RNN, *named, name="other.toml")
    output = tmp_path / "cv"
    cross_validate([config], 3, output, range(3), "cpu")

    path = cross_validate([coarse, pancreas], 3, output, range(3), "cpu")

    assert path is not None
    assert list(json.loads(path.read_text(encoding="utf-8"))["models"]) == ["other-jac"]


def test_a_summary_of_other_folds_is_replaced_and_a_damaged_one_told(
    write_config: Callable[..., Path], scans: Path, tmp_path: Path
) -> None:
    config, output = coronal(write_config), tmp_path / "cv"
    output.mkdir()
    path = output / "cross_validation.json"
    path.write_text('{"folds": 2, "models": {"old": {"cases": {"a": {"fold": 1}}}}}')

    cross_validate([config], 3, output, range(3), "cpu")

    assert list(json.loads(path.read_text(encoding="utf-8"))["models"]) == ["tiny-coronal"]
    path.write_text("{")
    with refused(f"{path} is damaged; delete it and call this again with all configurations"):
        cross_validate([config], 3, output, range(3), "cpu")
    assert path.read_text() == "{"


def test_the_summary_of_a_mean_never_goes_onto_the_card_of_a_mean_with_other_models(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    configs = [coronal(write_config), write_config(*ALL_SCANS, AVERAGE)]
    cross_validate(configs, 3, tmp_path / "cv", range(3), "cpu")
    named = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')
    other = coronal(write_config, ("batch = 2", "batch = 1"))
    train(other, "cpu")

    with refused(f"{tmp_path / 'cv' / 'cross_validation.json'} is the cross-validation of another"):
        train(write_config(*ALL_SCANS, AVERAGE, named), "cpu")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "made_otherwise",
    [
        ("threshold = 0.3", "threshold = 0.4"),
        ("threshold = 0.3", "threshold = 0.3, smoothing_mm = 2.0"),
        ("threshold = 0.3", 'threshold = 0.3, averaged_by = "median"'),
        ("threshold = 0.3", "threshold = 0.3, intensity_likelihood = true"),
    ],
)
def test_a_mean_that_is_made_otherwise_is_measured_anew(
    made_otherwise: tuple[str, str],
    scans: Path,
    write_config: Callable[..., Path],
    tmp_path: Path,
) -> None:
    configs = [coronal(write_config), write_config(*ALL_SCANS, AVERAGE)]
    cross_validate(configs, 3, tmp_path / "cv", range(3), "cpu")
    named = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')
    train(configs[0], "cpu")

    changed = write_config(*ALL_SCANS, AVERAGE, made_otherwise, named)

    assert cross_validate([configs[0], changed], 3, tmp_path / "cv", [0], "cpu") is None
    with refused(f"{tmp_path / 'cv' / 'cross_validation.json'} is the cross-validation of another"):
        train(changed, "cpu")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"folds": 3, "models": {}}'])
def test_a_summary_that_is_none_is_told_before_the_training(
    scans: Path, tmp_path: Path, write_config: Callable[..., Path], content: str
) -> None:
    summary_path = tmp_path / "cross_validation.json"
    summary_path.write_text(content, encoding="utf-8")
    named = ("licence =", 'cross_validation = "cross_validation.json"\nlicence =')

    with refused(f"{summary_path} is no summary of 'tiny-jac' by `pancreasseg cross-validate`;"):
        train(write_config(*ALL_SCANS, named), "cpu")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("change", OTHER_RECIPES)
def test_the_summary_of_another_recipe_never_goes_onto_a_card(
    change: tuple[str, str], config: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    cross_validate([config], 3, tmp_path / "cv", range(3), "cpu")
    named = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')
    other = write_config(*ALL_SCANS, named, change, name="other.toml")

    with refused(f"{tmp_path / 'cv' / 'cross_validation.json'} is the cross-validation of another"):
        train(other, "cpu")


NAMED = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')


def test_the_summary_of_other_data_of_the_same_names_never_goes_onto_a_card(
    config: Path, scans: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    cross_validate([config], 3, tmp_path / "cv", range(3), "cpu")
    mask = read_mask(scans / "b_label.nii.gz")
    write_mask(mask.with_array(np.roll(mask.array, 1, axis=1)), scans / "b_label.nii.gz")

    with refused(f"{tmp_path / 'cv' / 'cross_validation.json'} is the cross-validation of another"):
        train(write_config(*ALL_SCANS, NAMED, name="final.toml"), "cpu")


def test_the_summary_must_have_measured_just_the_scans_that_are_trained_on(
    config: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    path = cross_validate([config], 3, tmp_path / "cv", range(3), "cpu")
    assert path is not None
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["models"]["tiny-jac"]["cases"]["b"]
    path.write_text(json.dumps(content), encoding="utf-8")

    with refused(f"{path} has not measured 'tiny-jac' on just the scans of the configuration;"):
        train(write_config(*ALL_SCANS, NAMED, name="final.toml"), "cpu")


def test_the_summary_of_another_coarse_stage_of_the_same_name_never_goes_onto_a_card(
    scans: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    def coarse(*changes: tuple[str, str]) -> Path:
        return coronal(write_config, ('task = "pancreas"', 'task = "region"'), *changes)

    region = ("[export]", '[export]\nregion = { model = "tiny-coronal", margin_mm = [9, 9, 9] }')
    fine = write_config(*ALL_SCANS, *WITHOUT_RNN, region)
    cross_validate([coarse(), fine], 3, tmp_path / "cv", range(3), "cpu")
    train(coarse(("licence", "combination.threshold = 0.3\nlicence")), "cpu")

    with refused(f"{tmp_path / 'cv' / 'cross_validation.json'} is the cross-validation of another"):
        train(write_config(*ALL_SCANS, *WITHOUT_RNN, region, NAMED), "cpu")


def test_a_fold_measured_with_an_earlier_coarse_stage_is_not_summed_up(
    scans: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    def coarse(*changes: tuple[str, str]) -> Path:
        return coronal(write_config, ('task = "pancreas"', 'task = "region"'), *changes)

    region = ("[export]", '[export]\nregion = { model = "tiny-coronal", margin_mm = [9, 9, 9] }')
    fine = write_config(*ALL_SCANS, *WITHOUT_RNN, region)
    cross_validate([coarse(), fine], 3, tmp_path / "cv", [0, 1], "cpu")
    other = coarse(("licence", "combination.threshold = 0.3\nlicence"))
    cross_validate([other], 3, tmp_path / "cv", range(3), "cpu")

    assert cross_validate([fine], 3, tmp_path / "cv", [2], "cpu") is None


def test_there_is_no_summary_before_all_folds_are_done(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "cv"

    assert cross_validate([config], 3, output, [1], "cpu") is None

    assert not (output / "cross_validation.json").exists()
    assert cross_validate([config], 3, output, [2, 0], "cpu") == output / "cross_validation.json"


@pytest.mark.parametrize("change", OTHER_RECIPES)
def test_a_fold_of_another_recipe_is_not_summed_up(
    change: tuple[str, str], config: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    output = tmp_path / "cv"
    cross_validate([config], 3, output, [0, 1], "cpu")
    other = write_config(*ALL_SCANS, change, name="other.toml")

    assert cross_validate([other], 3, output, [2], "cpu") is None


@pytest.mark.parametrize("missing", ["reliability", "hd95_mm"])
def test_a_fold_that_an_earlier_version_measured_is_not_summed_up(
    missing: str, config: Path, tmp_path: Path
) -> None:
    output = tmp_path / "cv"
    cross_validate([config], 3, output, [0, 1], "cpu")
    path = output / "fold-1/models/tiny-rnn.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["measured"]["cases"]["b"][missing]
    path.write_text(json.dumps(content), encoding="utf-8")

    assert cross_validate([config], 3, output, [2], "cpu") is None


def test_the_summary_tells_mean_spread_median_and_worst() -> None:
    cases = {name: {"dice": dice} for name, dice in (("b", 0.9), ("a", 0.5), ("c", 0.7))}

    assert summary(cases) == {
        "mean_dice": 0.7,
        "sd_dice": 0.2,
        "median_dice": 0.7,
        "worst_dice": 0.5,
        "cases": {"a": {"dice": 0.5}, "b": {"dice": 0.9}, "c": {"dice": 0.7}},
    }


def test_the_summary_tells_distance_and_volume_error_beside_the_overlap() -> None:
    cases = {
        "a": {"dice": 0.5, "hd95_mm": 20.0, "volume_difference_percent": -40.0},
        "b": {"dice": 0.9, "hd95_mm": 5.0, "volume_difference_percent": 10.0},
    }

    told = summary(cases)

    assert (told["mean_hd95_mm"], told["mean_volume_error_percent"]) == (12.5, 25.0)
