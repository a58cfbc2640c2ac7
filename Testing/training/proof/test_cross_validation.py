"""Cross-validation: every scan is measured by models that never saw it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.metrics.reliability import calibration_curve
from PancreasSegLib.models import Manifest
from PancreasSegLib.training.proof.cross_validation import cross_validate, split
from PancreasSegLib.training.train import train
from PancreasSegLib.volume import Volume, read_mask, write_mask
from Testing.training.conftest import (
    AFFINE,
    ALL_SCANS,
    AVERAGE,
    WITHOUT_RNN,
    coronal,
    made_from,
    refused,
)

ALONE = {name: name for name in "abc"}


def test_every_scan_is_in_one_fold_and_folds_are_alike_in_size() -> None:
    assert split({name: name for name in "eacbd"}, 2) == [("a", "c", "e"), ("b", "d")]


def test_all_scans_of_a_patient_are_in_one_fold() -> None:
    assert split({"a": "one", "b": "two", "c": "one"}, 2) == [("a", "c"), ("b",)]


@pytest.mark.parametrize("folds", [1, 4])
def test_a_split_that_cannot_be_is_refused(folds: int) -> None:
    with refused(f"Scans of 3 patients cannot be split into {folds} folds; give 2 to 3."):
        split(ALONE, folds)


def test_scans_of_one_patient_alone_are_refused_whatever_the_folds() -> None:
    with refused("Cross-validation needs scans of two patients or more, and there are 1;"):
        split({"a": "one", "b": "one"}, 2)


def test_a_table_beside_the_scans_keeps_those_of_a_patient_in_one_fold(
    config: Path, scans: Path, tmp_path: Path
) -> None:
    table = "case,patient\na,one\nb,two\nc,one\n"
    (scans / "patients.csv").write_text(table, encoding="utf-8")

    cross_validate([config], 2, tmp_path / "cv", [0], "cpu")

    manifest = Manifest.from_file(tmp_path / "cv/fold-0/models/tiny-rnn.json")
    assert manifest.training["training_scans"] == ["b"]
    assert list(manifest.measured["cases"]) == ["a", "c"]


def test_each_fold_is_measured_on_the_scans_it_was_trained_without(
    config: Path, tmp_path: Path
) -> None:
    told: list[str] = []

    path = cross_validate([config], 3, tmp_path / "cv", range(3), "cpu", tell=told.append)

    assert path == tmp_path / "cv" / "cross_validation.json"
    for fold, name in enumerate("abc"):
        manifest = Manifest.from_file(tmp_path / f"cv/fold-{fold}/models/tiny-rnn.json")
        assert manifest.training["held_out_scans"] == [name]
        assert manifest.training["training_scans"] == sorted({*"abc"} - {name})
        assert manifest.training["validation_scans"] == []
        assert list(manifest.measured["cases"]) == [name]
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["folds"] == 3
    assert list(content["models"]) == ["tiny-jac", "tiny-rnn"]
    cases = content["models"]["tiny-rnn"]["cases"]
    assert {name: case["fold"] for name, case in cases.items()} == {"a": 0, "b": 1, "c": 2}
    assert [line.split("  ")[:2] for line in told[:2]] == [
        ["fold 0", "tiny-jac"],
        ["fold 0", "tiny-rnn"],
    ]


def test_a_scan_for_training_only_is_in_no_fold_and_not_trained_on_beside_its_patients_fold(
    scans: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    path = made_from(scans, "b", write_config, *ALL_SCANS)

    summary = cross_validate([path], 3, tmp_path / "cv", range(3), "cpu")

    assert summary is not None
    models = json.loads(summary.read_text(encoding="utf-8"))["models"]
    assert list(models["tiny-rnn"]["cases"]) == ["a", "b", "c"]
    for fold, made in enumerate([["b-native"], None, ["b-native"]]):
        manifest = Manifest.from_file(tmp_path / f"cv/fold-{fold}/models/tiny-rnn.json")
        assert manifest.training["held_out_scans"] == ["abc"[fold]]
        assert manifest.training.get("training_only_scans") == made


def test_a_mean_is_measured_with_the_folds_own_models(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    configs = [coronal(write_config), write_config(*ALL_SCANS, AVERAGE)]

    path = cross_validate(configs, 3, tmp_path / "cv", range(3), "cpu")

    assert path is not None
    models = json.loads(path.read_text(encoding="utf-8"))["models"]
    assert list(models) == ["tiny-coronal", "tiny-jac", "tiny-rnn", "mean"]
    assert sorted(models["mean"]["cases"]) == ["a", "b", "c"]
    coronal_model = Manifest.from_file(tmp_path / "cv/fold-0/models/tiny-coronal.json")
    assert models["mean"]["setup"]["averaged_with"] == {
        "tiny-coronal": coronal_model.training["setup"]
    }
    assert coronal_model.training["setup"].items() <= models["tiny-coronal"]["setup"].items()


def test_how_much_of_the_scan_a_network_sees_belongs_to_what_its_masks_depend_on(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    seen = ('task = "pancreas"', 'task = "pancreas"\nfield_of_view_mm = [90, 80, 70]')
    configs = [coronal(write_config), write_config(*ALL_SCANS, AVERAGE)]
    with_field = [coronal(write_config, seen), configs[1]]

    plain, wide = (
        json.loads(path.read_text(encoding="utf-8"))["models"]
        for path in (
            cross_validate(configs, 3, tmp_path / "cv", range(3), "cpu"),
            cross_validate(with_field, 3, tmp_path / "wide", range(3), "cpu"),
        )
        if path is not None
    )

    field = {"field_of_view_mm": [90.0, 80.0, 70.0]}
    assert wide["tiny-coronal"]["setup"] == plain["tiny-coronal"]["setup"] | field
    member = plain["mean"]["setup"]["averaged_with"]["tiny-coronal"]
    assert wide["mean"]["setup"]["averaged_with"]["tiny-coronal"] == member | field
    assert wide["tiny-jac"]["setup"] == plain["tiny-jac"]["setup"]


def test_without_the_folds_own_models_to_average_with_nothing_is_measured(
    scans: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    path = write_config(*ALL_SCANS, AVERAGE)

    with refused(f"{path} works with tiny-coronal, which this fold does not have;"):
        cross_validate([path], 3, tmp_path / "cv", [0], "cpu")


def test_another_seed_gives_other_weights_in_a_folder_of_their_own(
    config: Path, tmp_path: Path
) -> None:
    cross_validate([config], 3, tmp_path / "cv", [0], "cpu")
    cross_validate([config], 3, tmp_path / "cv", [0], "cpu", seed=7)

    name = Path("fold-0/models/tiny-rnn.json")
    own, other = (Manifest.from_file(tmp_path / "cv" / part / name) for part in ("", "seed-7"))
    assert (own.training["seed"], other.training["seed"]) == (1, 7)
    assert own.sha256 != other.sha256


def test_the_final_models_card_shows_the_cross_validation(
    config: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    cross_validate([config], 3, tmp_path / "cv", range(3), "cpu")
    named = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')

    (_, path) = train(write_config(*ALL_SCANS, named, name="final.toml"), "cpu")

    manifest = Manifest.from_file(path)
    assert manifest.training["training_scans"] == ["a", "b", "c"]
    assert manifest.measured["what"].startswith("3-fold cross-validation: whole scans")
    fold = Manifest.from_file(tmp_path / "cv/fold-1/models/tiny-rnn.json").measured["cases"]["b"]
    voxels = fold.pop("reliability")["voxels"]
    assert sum(voxels) > 0
    assert manifest.measured["cases"]["b"] == {"fold": 1} | fold
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "chosen on these same folds, as that of the bundled models was, are optimistic:" in card
    assert f"| **worst** | **{manifest.measured['worst_dice']:.3f}** | | | | |" in card
    error = manifest.measured["mean_volume_error_percent"]
    assert f"| **{error:.0f}%** | |" in card


def test_the_final_model_is_calibrated_by_the_cross_validation(
    config: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    cross_validate([config], 3, tmp_path / "cv", range(3), "cpu")
    named = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')

    _, path = train(write_config(*ALL_SCANS, named, name="final.toml"), "cpu")

    folds = [Manifest.from_file(tmp_path / f"cv/fold-{k}/models/tiny-rnn.json") for k in range(3)]
    assert all(fold.calibration == () for fold in folds)
    counts = [case["reliability"] for fold in folds for case in fold.measured["cases"].values()]
    manifest = Manifest.from_file(path)
    assert manifest.calibration
    assert manifest.calibration == calibration_curve(counts)
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "| probability | calibrated by cross-validation; above 0." in card


def test_a_card_made_before_the_cross_validation_says_that_nothing_was_measured(
    scans: Path, write_config: Callable[..., Path]
) -> None:
    named = ("licence =", 'cross_validation = "cv/cross_validation.json"\nlicence =')

    (_, path) = train(write_config(*ALL_SCANS, named), "cpu")

    assert Manifest.from_file(path).measured == {}
    card = path.with_suffix(".md").read_text("utf-8")
    assert "| probability | not calibrated; above 0.5 is mask |" in card
    assert "Not measured: no scan was held out." in card


def test_another_split_never_goes_on_with_the_weights_of_this_one(
    config: Path, tmp_path: Path
) -> None:
    cross_validate([config], 3, tmp_path / "cv", [0], "cpu")

    with refused(f"{tmp_path / 'cv' / 'fold-0' / 'tiny'} holds a run that was trained on other"):
        cross_validate([config], 2, tmp_path / "cv", [0], "cpu")


def test_a_bundled_coarse_stage_serves_a_fold_only_if_it_has_not_seen_its_scans(
    scans: Path, tmp_path: Path, write_config: Callable[..., Path]
) -> None:
    region = (
        'task = "pancreas"',
        'task = "pancreas"\nregion = { model = "coarse-ct", margin_mm = [9, 9, 9] }',
    )
    path = write_config(*ALL_SCANS, *WITHOUT_RNN, region)
    cross_validate([path], 3, tmp_path / "cv", [0], "cpu")
    for file in scans.glob("a*"):
        file.rename(file.with_name(file.name.replace("a", "ct_0005", 1)))

    with pytest.raises(InputError, match=r"coarse-ct\.json was trained on ct_0005, which is to be"):
        cross_validate([path], 3, tmp_path / "other", [2], "cpu")


def test_a_fold_that_is_not_there_is_refused_before_anything_is_trained(
    config: Path, tmp_path: Path
) -> None:
    with refused("There is no fold 3; they are 0 to 2."):
        cross_validate([config], 3, tmp_path / "cv", [0, 3], "cpu")
    assert not (tmp_path / "cv").exists()


def test_a_configuration_that_sets_scans_aside_itself_is_refused(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_config()

    with refused(f"{path} names scans for validation or to be held out;"):
        cross_validate([path], 3, tmp_path / "cv", [0], "cpu")


def test_scans_that_are_drawn_anew_cannot_be_measured_on(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_config(
        ('validation = ["b"]\n', ""),
        ('held_out = ["c"]\n', ""),
        ("refit_steps = 2\n", ""),
        ('kind = "hu", low = -100, high = 240', 'kind = "percentile", low = 1, high = 99'),
        ("[data]\n", '[data]\nmodality = "MR"\n'),
        ('folder = "scans"', 'folder = "scans", modality = "CT"'),
    )

    with refused(f"{path} trains on scans of another modality than the model's"):
        cross_validate([path], 3, tmp_path / "cv", [0], "cpu")
    assert not (tmp_path / "cv").exists()


def test_configurations_of_different_scans_are_refused(
    config: Path, tmp_path: Path, scans: Path, write_config: Callable[..., Path]
) -> None:
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    for path in scans.glob("[ab]*"):
        (fewer / path.name).write_bytes(path.read_bytes())
    other = write_config(*ALL_SCANS, ('folder = "scans"', 'folder = "fewer"'), name="other.toml")

    with refused("The configurations have different scans; give them the same data."):
        cross_validate([config, other], 2, tmp_path / "cv", [0], "cpu")


@pytest.mark.parametrize(
    ("affine", "filled", "sentence"),
    [
        (AFFINE, 0, "The reference mask of a is empty; leave the case out."),
        (AFFINE + np.diag([1.0, 0, 0, 0]), 1, "{scans}/a_label.nii.gz is not on the grid of"),
    ],
)
def test_what_is_wrong_with_a_scan_is_told_before_the_fold_that_holds_it_out_is_trained(
    affine: np.ndarray, filled: int, sentence: str, scans: Path, config: Path, tmp_path: Path
) -> None:
    mask = read_mask(scans / "a_label.nii.gz")
    write_mask(Volume(mask.array * np.uint8(filled), affine), scans / "a_label.nii.gz")

    with refused(sentence.format(scans=scans)):
        cross_validate([config], 3, tmp_path / "cv", range(3), "cpu")

    assert not (tmp_path / "cv").exists()
