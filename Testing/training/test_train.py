"""`train` from a configuration to models that segment."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from PancreasSegLib.errors import OutputError, WeightsError
from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.models import Combination, Manifest, Window, find_model
from PancreasSegLib.models.seen import Seen
from PancreasSegLib.models.weights import load_weights, save_weights
from PancreasSegLib.networks import JAC
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.fit.checkpoint import load_checkpoint
from PancreasSegLib.training.train import tiny_numbers_as_zero, train
from PancreasSegLib.volume import read_mask, read_volume, write_mask
from Testing.networks.test_hnn import vgg16_state
from Testing.training.conftest import CORONAL, UNET3D, WITHOUT_RNN, refused

Write = Callable[..., Path]


@pytest.fixture
def config(scans: Path, write_config: Write) -> Path:
    return write_config()


def events(tmp_path: Path) -> list[dict[str, object]]:
    lines = (tmp_path / "run" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_training_leaves_a_cnn_and_an_rnn_that_segment(config: Path, tmp_path: Path) -> None:
    told: list[str] = []

    manifests = train(config, "cpu", tell=told.append)

    models = tmp_path / "models"
    assert manifests == [models / "tiny-jac.json", models / "tiny-rnn.json"]
    scan = read_volume(tmp_path / "scans" / "c.nii.gz")
    for path, kind in zip(manifests, ("JAC", "RNN"), strict=True):
        model = find_model(path)
        assert load_weights(model.manifest, model.folder).configuration() == (
            model.manifest.network
        )
        assert model.manifest.network["kind"] == kind
        mask = Segmenter(path, "cpu").segment(scan).mask
        assert mask.grid.is_same_as(scan.grid)
    assert {path.name for path in models.iterdir()} == {
        f"tiny-{kind}.{ending}" for kind in ("jac", "rnn") for ending in ("json", "md", "pt")
    }
    assert [line.split()[0] for line in told[0].splitlines()[:3]] == ["scan", "a", "b"]


def test_a_unet_and_an_rnn_over_it_are_trained_and_segment(
    scans: Path, write_config: Write
) -> None:
    config = write_config(("{ channels", '{ cnn = "UNet", channels'))

    manifests = train(config, "cpu")

    titles = [Manifest.from_file(path).title for path in manifests]
    assert titles == ["UNet-4, pancreas, CT", "RNN over UNet-4, pancreas, CT"]
    scan = read_volume(scans / "c.nii.gz")
    for path in manifests:
        assert _weights(path).configuration() == Manifest.from_file(path).network
        mask = Segmenter(path, "cpu").segment(scan).mask
        assert mask.grid.is_same_as(scan.grid)


def test_a_3d_network_of_several_classes_and_a_recurrence_over_it_are_trained_and_segment(
    organ_maps: np.ndarray, scans: Path, write_config: Write
) -> None:
    seen = ('task = "pancreas"', 'task = "pancreas"\nfield_of_view_mm = [90, 80, 70]')

    manifests = train(write_config(*UNET3D, seen), "cpu")

    titles = [Manifest.from_file(path).title for path in manifests]
    assert titles == ["UNet3D-4, pancreas, CT", "RNN over UNet3D-4, pancreas, CT"]
    scan = read_volume(scans / "c.nii.gz")
    for path in manifests:
        manifest = Manifest.from_file(path)
        assert manifest.network["classes"] == 3
        assert manifest.organs == (("liver",) if path is manifests[0] else ())
        assert manifest.field_of_view_mm == (90.0, 80.0, 70.0)
        card = path.with_suffix(".md").read_text(encoding="utf-8")
        assert "the whole region at once, 90 x 80 x 70 mm about its centre at least" in card
        assert manifest.measured["cases"].keys() == {"c"}
        segmented = Segmenter(path, "cpu").segment(scan, keep_probability=True)
        assert segmented.mask.grid.is_same_as(scan.grid)
        assert segmented.probability is not None
        assert segmented.probability.array.shape == scan.array.shape


def test_a_network_can_be_trained_on_coronal_slices(scans: Path, write_config: Write) -> None:
    told: list[str] = []
    config = write_config(*WITHOUT_RNN, *CORONAL)

    (manifest,) = train(config, "cpu", tell=told.append)

    assert Manifest.from_file(manifest).views == ("coronal",)
    scan = read_volume(scans / "c.nii.gz")
    mask = Segmenter(str(manifest), "cpu").segment(scan).mask
    assert mask.grid.is_same_as(scan.grid)


def test_an_average_with_other_models_is_one_more_model(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    for name in ("coronal", "again"):
        other = ('"run"', f'"{name}-run"'), ('"tiny-coronal"', f'"tiny-{name}"')
        train(write_config(*WITHOUT_RNN, *CORONAL, *other), "cpu")
    models = 'averaged_with = ["tiny-coronal", "tiny-again"], threshold = 0.3, smoothing_mm = 2.0, '
    models += 'intensity_likelihood = true, averaged_by = "median"'
    average = f'average = {{ name = "mean", combination = {{ {models} }} }}'
    config = write_config(('task = "pancreas"', f'task = "pancreas"\n{average}'))

    *_, rnn, mean = map(Manifest.from_file, train(config, "cpu"))

    assert mean.name == "mean"
    assert mean.combination == Combination(
        ("tiny-coronal", "tiny-again"), "median", 2.0, True, threshold=0.3
    )
    assert (mean.weights, mean.sha256, mean.network) == (rnn.weights, rnn.sha256, rnn.network)
    assert mean.title == "RNN-4 and 2 x JAC-4 of coronal slices, pancreas, CT"
    assert list(mean.measured["cases"]) == ["c"]
    card = (tmp_path / "models" / "mean.md").read_text(encoding="utf-8")
    assert "the voxel-wise median of it and of every view of `tiny-coronal` and `tiny" in card
    assert "smoothed by a Gaussian of 2 mm, weighed by the scan's own grey values, not" in card
    scan = read_volume(scans / "c.nii.gz")
    report = Segmenter(tmp_path / "models" / "mean.json", "cpu").segment(scan).report
    assert report.model["name"] == "mean"
    assert [model["name"] for model in report.averaged_with] == ["tiny-coronal", "tiny-again"]


@pytest.mark.usefixtures("scans")
def test_a_network_alone_may_be_one_more_model_whose_masks_are_made_otherwise(
    write_config: Write, tmp_path: Path
) -> None:
    average = 'average = { name = "smooth", combination = { smoothing_mm = 2.0, '
    average += "intensity_likelihood = true } }"
    config = write_config(('task = "pancreas"', f'task = "pancreas"\n{average}'))

    *_, rnn, smooth = map(Manifest.from_file, train(config, "cpu"))

    assert smooth.name == "smooth"
    assert smooth.title == rnn.title.replace(", pancreas", " weighed by grey values, pancreas")
    assert (smooth.weights, smooth.sha256) == (rnn.weights, rnn.sha256)
    assert (rnn.combination.smoothing_mm, smooth.combination.smoothing_mm) == (0.0, 2.0)
    assert list(smooth.measured["cases"]) == ["c"]
    card = (tmp_path / "models" / "smooth.md").read_text(encoding="utf-8")
    assert "voxel-wise" not in card and "smoothed by a Gaussian of 2 mm" in card


def test_a_run_leaves_its_log_picture_report_and_configuration(
    config: Path, tmp_path: Path
) -> None:
    train(config, "cpu")

    run = tmp_path / "run"
    assert {path.name for path in run.iterdir()} == {
        *("config.toml", "log.jsonl", "progress.png", "sanity.json", "data.json", "lock"),
        *("cnn-select-best.pt", "cnn-select-last.pt", "cnn-refit-best.pt", "cnn-refit-last.pt"),
        *("rnn-select-best.pt", "rnn-select-last.pt"),
    }
    assert (run / "config.toml").read_bytes() == config.read_bytes()
    rows = json.loads((run / "sanity.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in rows] == ["a", "b"]
    assert list(dict.fromkeys(event["stage"] for event in events(tmp_path))) == [
        "cnn-select",
        "cnn-refit",
        "rnn-select",
    ]


def test_manifest_and_card_state_data_scores_and_licence(config: Path, tmp_path: Path) -> None:
    manifest = Manifest.from_file(train(config, "cpu")[1])

    training, measured = manifest.training, manifest.measured
    assert training["training_scans"] == ["a"]
    assert training["validation_scans"] == ["b"]
    assert training["held_out_scans"] == ["c"]
    assert (training["loose_slices"], training["seed"]) == (0, 1)
    assert set(training["setup"]["recipes"]) == set(training["outcome"]) == {"cnn", "rnn"}
    assert training["setup"]["recipes"]["cnn"]["steps"] == 2
    assert "validation_dice" in training["outcome"]["rnn"]
    assert set(measured["cases"]) == {"c"}
    assert measured["mean_dice"] == measured["cases"]["c"]["dice"]
    card = (tmp_path / "models" / "tiny-rnn.md").read_text(encoding="utf-8")
    assert card.startswith("# tiny-rnn: RNN-4, pancreas, CT\n")
    for statement in (
        "**For research, not for diagnosis.** Weights for research use only.",
        "- 1 scans: a\n",
        "- held out: c\n",
        "works with: 2 scans: a, b; loose slices of 0 patients\n",
        "decayed kernels, learning_rate_warmup_steps 100, gradient_clip 5.0",
        f"| c | {measured['cases']['c']['dice']:.3f} |",
        manifest.sha256,
        "window -100 to 240 HU",
        "3 x 3 x 4 mm grid",
        "| region | the whole scan |",
    ):
        assert statement in card


def test_distance_and_volume_error_of_a_held_out_scan_are_those_of_the_models_mask(
    config: Path, scans: Path
) -> None:
    path = train(config, "cpu")[1]

    mask = Segmenter(path, "cpu").segment(read_volume(scans / "c.nii.gz")).mask
    scored = evaluate(mask, read_mask(scans / "c_label.nii.gz"))
    case = Manifest.from_file(path).measured["cases"]["c"]
    assert case["hd95_mm"] == (round(scored.hd95_mm, 2) if mask.array.any() else None)
    assert case["volume_difference_percent"] == round(scored.volume_difference_percent, 2)


def test_a_model_without_held_out_scans_says_that_it_was_not_measured(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    config = write_config(('held_out = ["c"]', "held_out = []"), *WITHOUT_RNN)

    (path,) = train(config, "cpu")

    assert Manifest.from_file(path).measured == {}
    assert Manifest.from_file(path).training["training_scans"] == ["a", "c"]
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "Not measured: no scan was held out." in card


def test_a_coarse_stage_is_exported_as_a_region_model_and_not_measured_by_itself(
    scans: Path, write_config: Write
) -> None:
    config = write_config(('"pancreas"\nlicence', '"region"\nlicence'), *WITHOUT_RNN)

    (path,) = train(config, "cpu")

    manifest = Manifest.from_file(path)
    assert (manifest.task, manifest.measured) == ("region", {})
    assert manifest.training["held_out_scans"] == ["c"]
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "no scan was held out" not in card


def test_a_second_call_trains_nothing_again(config: Path, tmp_path: Path) -> None:
    first = train(config, "cpu")
    before = {path: path.read_bytes() for path in (tmp_path / "run").glob("*.pt")}
    log, weights = events(tmp_path), Manifest.from_file(first[1]).sha256
    steps: list[str] = []

    second = train(config, "cpu", progress=lambda progress: steps.append(progress.step))

    assert second == first
    assert not [step for step in steps if "cnn" in step or "rnn" in step]
    assert {path: path.read_bytes() for path in (tmp_path / "run").glob("*.pt")} == before
    assert events(tmp_path) == log
    assert Manifest.from_file(second[1]).sha256 == weights


def test_a_run_stopped_in_the_first_steps_of_its_rnn_ends_as_if_it_had_not_been(
    config: Path, tmp_path: Path
) -> None:
    def stop(progress: Progress) -> None:
        if progress.step == "rnn-select":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, "cpu", progress=stop)
    train(config, "cpu")
    log = events(tmp_path)
    weights = load_checkpoint(tmp_path / "run" / "rnn-select-last.pt")["network"]
    (tmp_path / "run").rename(tmp_path / "stopped")

    train(config, "cpu")

    assert events(tmp_path) == log
    whole = load_checkpoint(tmp_path / "run" / "rnn-select-last.pt")["network"]
    assert all(np.array_equal(whole[name].numpy(), weights[name].numpy()) for name in whole)


def test_another_configuration_in_the_same_output_folder_is_refused(
    config: Path, write_config: Write, tmp_path: Path
) -> None:
    train(config, "cpu")
    other = write_config(("batch = 2", "batch = 1"), name="other.toml")

    with refused(
        f"{tmp_path / 'run'} holds a run of another configuration than {other}; choose another"
        " output folder, or delete that one."
    ):
        train(other, "cpu")


def test_a_configuration_that_was_refused_can_be_corrected_in_the_same_output_folder(
    scans: Path, write_config: Write
) -> None:
    with refused("The configuration names the case 'd', which is not in the data; correct it."):
        train(write_config(*WITHOUT_RNN, ('["c"]', '["d"]')), "cpu")
    mask = read_mask(scans / "a_label.nii.gz")
    write_mask(mask.with_array(np.zeros_like(mask.array)), scans / "a_label.nii.gz")
    with refused("The reference mask of a is empty; leave the case out."):
        train(write_config(*WITHOUT_RNN), "cpu")
    write_mask(mask, scans / "a_label.nii.gz")

    assert train(write_config(*WITHOUT_RNN), "cpu")


def test_a_folder_where_another_process_trains_is_refused(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PancreasSegLib.files.lock.PATIENCE_SECONDS", 0.1)
    (tmp_path / "run").mkdir()
    command = [sys.executable, "-m", "Testing.files.holds_a_lock", str(tmp_path / "run" / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with refused(f"Another process works in {tmp_path / 'run'}; wait for its end, or end it."):
            train(config, "cpu")
        other.kill()

    assert not (tmp_path / "run" / "config.toml").exists()


def test_an_empty_reference_among_those_held_out_is_told_before_the_training(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    mask = read_mask(scans / "c_label.nii.gz")
    write_mask(mask.with_array(np.zeros_like(mask.array)), scans / "c_label.nii.gz")

    with refused("The reference mask of c is empty; leave the case out."):
        train(write_config(*WITHOUT_RNN), "cpu")

    assert not any((tmp_path / "run").glob("*.pt"))


def test_a_finished_run_is_exported_anew_where_only_the_export_changed(
    config: Path, write_config: Write, tmp_path: Path
) -> None:
    (before, _) = train(config, "cpu")
    weights = Manifest.from_file(before).sha256
    events_before = events(tmp_path)

    train(
        write_config(('task = "pancreas"', 'task = "pancreas"\ncombination.threshold = 0.3')), "cpu"
    )

    after = Manifest.from_file(before)
    assert (after.combination.threshold, after.sha256) == (0.3, weights)
    assert events(tmp_path) == events_before


def test_a_missing_coarse_model_is_told_before_anything_is_read(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    config = write_config(
        (
            'task = "pancreas"',
            'task = "pancreas"\nregion = { model = "nowhere", margin_mm = [20, 20, 16] }',
        )
    )

    with pytest.raises(WeightsError, match=r"^There is no model 'nowhere' in "):
        train(config, "cpu")

    assert not (tmp_path / "run").exists()


def test_a_missing_model_to_average_with_is_told_before_anything_is_read(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    average = 'average = { name = "mean", combination = { averaged_with = ["nowhere"] } }'
    config = write_config(('task = "pancreas"', f'task = "pancreas"\n{average}'))

    with pytest.raises(WeightsError, match=r"^There is no model 'nowhere' in "):
        train(config, "cpu")

    assert not (tmp_path / "run").exists()


def test_an_output_folder_that_cannot_be_made_is_told(config: Path, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file", encoding="utf-8")

    with pytest.raises(OutputError, match=r"run cannot be made \(File exists\); choose another"):
        train(config, "cpu")


def test_a_training_leaves_the_arithmetic_of_the_process_as_it_was() -> None:
    smallest = torch.tensor(1e-40)
    with tiny_numbers_as_zero():
        assert smallest * 1.0 == 0
    assert smallest * 1.0 > 0


def test_a_cnn_can_start_from_another_models_weights(
    config: Path, tmp_path: Path, write_config: Write
) -> None:
    (first, _) = train(config, "cpu")
    rate = ("learning_rate = 1e-3\n", "learning_rate = 1e-12\n")
    shorter = ("refit_steps = 2\n", "refit_steps = 0\n")
    output = ('output = "run"', 'output = "other"\ninitial = "models/tiny-jac.json"')
    folder = ('folder = "models"', 'folder = "others"')
    other = write_config(*WITHOUT_RNN, rate, shorter, output, folder, name="other.toml")

    (second,) = train(other, "cpu")

    before, after = (dict(_weights(path).named_parameters()) for path in (first, second))
    assert all(torch.allclose(before[name], after[name], atol=1e-3) for name in before)


def test_weights_to_start_from_that_are_not_there_are_told_at_once(
    scans: Path, tmp_path: Path, write_config: Write
) -> None:
    path = write_config(('output = "run"', 'output = "run"\ninitial = "nowhere.json"'))

    with refused(f"There is no {tmp_path / 'nowhere.json'} to start from; train that model first"):
        train(path, "cpu")
    assert not (tmp_path / "run").exists()


def add_known_model(folder: Path, seen: Seen) -> Path:
    """A model `known` of the shape and grid of `tiny-jac`, which has seen what it is told."""
    folder.mkdir()
    network = JAC(channels=4, blocks=1, scales=2)
    manifest = Manifest(
        name="known",
        title="for tests",
        task="region",
        network=network.configuration(),
        modality="CT",
        window=Window("hu", -100.0, 240.0),
        spacing_mm=(3.0, 3.0, 4.0),
        training={"seen": seen.as_dict(), "setup": {}},
        measured={},
        licence="none",
        weights="known.pt",
        sha256=save_weights(network, folder / "known.pt"),
    )
    manifest.to_file(folder / "known.json")
    return folder / "known.json"


@pytest.mark.parametrize(
    "role",
    [
        ('output = "run"', 'output = "run"\ninitial = "models/known.json"'),
        ("[export]", '[export]\nregion = { model = "known", margin_mm = [9, 9, 9] }'),
        (
            "[export]",
            '[export]\naverage = { name = "a", combination.averaged_with = ["known"] }',
        ),
    ],
    ids=["start", "region", "averaged"],
)
@pytest.mark.parametrize(
    "seen", [Seen(frozenset("c")), Seen(patients=frozenset("c"))], ids=["scan", "loose slice"]
)
def test_a_model_that_saw_what_is_held_out_takes_no_part(
    role: tuple[str, str], seen: Seen, scans: Path, tmp_path: Path, write_config: Write
) -> None:
    known = add_known_model(tmp_path / "models", seen)

    with refused(f"{known} was trained on c, which is to be held out; take another model"):
        train(write_config(role), "cpu")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("seen", [Seen(frozenset("b")), Seen(patients=frozenset(["p2"]))])
def test_what_has_seen_another_scan_of_a_held_out_patient_is_refused(
    seen: Seen, scans: Path, tmp_path: Path, write_config: Write
) -> None:
    table = "case,patient\na,p1\nb,p2\nc,p2\n"
    (scans / "patients.csv").write_text(table, encoding="utf-8")
    add_known_model(tmp_path / "models", seen)
    start = ('output = "run"', 'output = "run"\ninitial = "models/known.json"')
    aside = ('validation = ["b"]\nheld_out = ["c"]', 'held_out = ["b", "c"]')

    with refused(f"{tmp_path / 'models' / 'known.json'} was trained on {min(seen.names)}"):
        train(write_config(*WITHOUT_RNN, start, aside, ("refit_steps = 2\n", "")), "cpu")


def test_what_a_start_has_seen_goes_on_into_what_starts_from_it(
    scans: Path, tmp_path: Path, write_config: Write
) -> None:
    add_known_model(tmp_path / "models", Seen(frozenset("x"), frozenset("y")))
    start = ('output = "run"', 'output = "run"\ninitial = "models/known.json"')

    (path,) = train(write_config(*WITHOUT_RNN, start), "cpu")

    seen = Manifest.from_file(path).training["seen"]
    assert seen == {"scans": ["a", "b", "x"], "patients": ["y"]}
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "works with: 3 scans: a, b, x; loose slices of 1 patients\n" in card


def test_a_run_never_goes_on_from_other_weights_or_with_another_reference(
    scans: Path, tmp_path: Path, write_config: Write
) -> None:
    known = add_known_model(tmp_path / "models", Seen())
    start = ('output = "run"', 'output = "run"\ninitial = "models/known.json"')
    config = write_config(*WITHOUT_RNN, start)
    train(config, "cpu")
    told = f"{tmp_path / 'run'} holds a run that was trained on other scans, or from other weights"

    mask = read_mask(scans / "b_label.nii.gz")
    write_mask(mask.with_array(np.roll(mask.array, 1, axis=1)), scans / "b_label.nii.gz")
    with refused(told):
        train(config, "cpu")

    write_mask(mask, scans / "b_label.nii.gz")
    sha256 = save_weights(JAC(channels=4, blocks=1, scales=2), known.with_suffix(".pt"))
    dataclasses.replace(Manifest.from_file(known), sha256=sha256).to_file(known)
    with refused(told):
        train(config, "cpu")


def test_weights_of_another_shape_are_no_start(
    config: Path, tmp_path: Path, write_config: Write
) -> None:
    train(config, "cpu")
    output = ('output = "run"', 'output = "other"\ninitial = "models/tiny-jac.json"')
    other = write_config(output, ("channels = 4", "channels = 6"), name="other.toml")

    with refused(f"{tmp_path / 'models' / 'tiny-jac.json'} is of another network"):
        train(other, "cpu")


def _weights(manifest: Path) -> torch.nn.Module:
    model = find_model(manifest)
    return load_weights(model.manifest, model.folder)


def test_an_hnn_starts_from_a_trunk_in_a_local_file_which_is_part_of_its_setup(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    state = vgg16_state(channels=4)
    torch.save(state, tmp_path / "vgg16.pth")
    config = write_config(
        *WITHOUT_RNN,
        ("learning_rate = 1e-3", "learning_rate = 1e-12"),
        ("seed = 1", 'seed = 1\ntrunk = "vgg16.pth"'),
        ("{ channels = 4, blocks = 1, scales = 2", '{ cnn = "HNN", channels = 4'),
        (', hidden = 2, directions = ["superior"]', ""),
    )

    (path,) = train(config, "cpu")

    manifest = Manifest.from_file(path)
    assert manifest.title == "HNN-4, pancreas, CT"
    assert len(manifest.training["setup"]["trunk"]) == 64
    bias = _weights(path).state_dict()["trunk.4.4.bias"]
    torch.testing.assert_close(bias, state["features.28.bias"], atol=1e-3, rtol=1e-3)
    torch.save(vgg16_state(channels=8), tmp_path / "vgg16.pth")
    with refused(f"{tmp_path / 'run'} holds a run that was trained on other scans, or from other"):
        train(config, "cpu")
