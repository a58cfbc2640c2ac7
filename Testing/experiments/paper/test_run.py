"""The smoke test's study: everything of an experiment on phantoms, run once, read by many tests."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from PancreasSegLib.command_line.main import main
from PancreasSegLib.experiments.measuring import THRESHOLDS
from PancreasSegLib.experiments.run import read_result
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.models import Manifest
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.volume import read_mask, read_volume

RUN = "jac16-jaccard-fold-0-seed-1"


def result(study: Study, name: str = RUN) -> dict[str, Any]:
    found = read_result(study.folder_of(study.runs[name]))
    assert found is not None
    return found


def manifest(study: Study, method: str) -> Manifest:
    return Manifest.from_file(study.folder_of(study.runs[RUN]) / "models" / f"{method}.json")


def test_every_run_has_its_methods_measured_on_what_its_fold_holds_out(smoke: Study) -> None:
    for name, run in smoke.runs.items():
        methods = {one["name"]: one for one in result(smoke, name)["methods"]}
        if run.family is None:
            assert methods["coarse"]["cases"] == {}
        for method in methods.values():
            if run.family is not None:
                assert set(method["cases"]) == set(smoke.folds[run.fold].held_out)
    names = [one["name"] for one in result(smoke)["methods"]]
    assert names == ["jac16", "rnn16", "rnn16-stack-frozen"]


def test_masks_lie_on_the_scans_grid_and_are_what_was_measured(smoke: Study) -> None:
    folder = smoke.folder_of(smoke.runs[RUN])
    for name, case in result(smoke)["methods"][0]["cases"].items():
        files = smoke.cases[name]
        mask, truth = read_mask(folder / "masks" / "jac16" / f"{name}.nii.gz"), files.reference
        found, reference = mask.array != 0, read_mask(truth).array != 0
        overlap = 2 * (found & reference).sum() / (found.sum() + reference.sum())

        assert mask.grid.is_same_as(read_volume(files.image).grid)
        assert case["dice"] == pytest.approx(overlap, abs=1e-4)
        assert case["dice_at"][THRESHOLDS.index(0.5)] == case["dice"]
        assert len(case["dice_at"]) == len(THRESHOLDS) == 19


def test_the_networks_learn_something(smoke: Study) -> None:
    first = result(smoke)["methods"][0]["cases"].values()

    assert max(max(case["dice_at"]) for case in first) > 0.2


def test_nothing_but_the_threshold_comes_after_the_probability(smoke: Study) -> None:
    combination = manifest(smoke, "rnn16").combination

    assert combination.threshold == 0.5
    assert combination.least_component == combination.smoothing_mm == 0.0
    assert not combination.intensity_likelihood
    assert not manifest(smoke, "rnn16").calibration


def test_every_model_works_inside_the_region_of_its_folds_own_coarse_model(smoke: Study) -> None:
    region = manifest(smoke, "jac16").region
    assert region is not None
    coarse = manifest(smoke, region.model)
    held_out = set(smoke.folds[0].held_out)

    assert not held_out & set(coarse.training["training_scans"])
    assert coarse.training["configuration"] == "coarse"


def test_rnns_of_a_run_start_from_the_very_same_cnn(smoke: Study) -> None:
    folder = smoke.folder_of(smoke.runs[RUN])
    selected = (folder / "jac16" / "cnn-select-best.pt").read_bytes()

    for method in ("rnn16", "rnn16-stack-frozen"):
        assert (folder / method / "cnn-select-best.pt").read_bytes() == selected
        steps = [json.loads(line) for line in (folder / method / "log.jsonl").open()]
        assert {event["stage"].partition("-")[0] for event in steps} == {"rnn"}


def test_a_frozen_rnn_keeps_the_selected_cnn_and_another_one_trains_it(smoke: Study) -> None:
    folder = smoke.folder_of(smoke.runs[RUN])
    selected = torch.load(folder / "jac16" / "cnn-select-best.pt", weights_only=True)["network"]
    name = "scale_blocks.0.side_output.weight"

    def trained(method: str) -> torch.Tensor:
        weights = load_weights(manifest(smoke, method), folder / "models").state_dict()
        return weights[f"jac.{name}"].float()

    assert torch.equal(trained("rnn16-stack-frozen"), selected[name].half().float())
    assert not torch.equal(trained("rnn16"), selected[name].half().float())
    assert manifest(smoke, "rnn16").network["window"] == 4
    assert manifest(smoke, "rnn16-stack-frozen").network["window"] is None


def test_the_protocol_selects_and_refits(smoke: Study) -> None:
    outcome = result(smoke)["methods"][1]["outcome"]

    assert {"selected_step", "training_dice_to_reach", "refit_step"} <= outcome["rnn"].keys()
    validation = manifest(smoke, "rnn16").training["validation_scans"]
    assert validation == list(smoke.folds[0].validation)


def test_a_finished_experiment_is_not_done_again(
    smoke: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in smoke.folder.glob("runs/**/*")}

    assert main(["experiment", "run", "smoke", "--output", str(smoke.folder)]) == 0
    assert main(["experiment", "status", "smoke", "--output", str(smoke.folder)]) == 0

    assert {path: path.stat().st_mtime_ns for path in smoke.folder.glob("runs/**/*")} == before
    assert "6 runs: 6 done, 0 failed, 0 begun, 0 waiting" in capsys.readouterr().out
