"""Superpixels through the same doors as every network: train, segment, cancel, cross-validate."""

from __future__ import annotations

import dataclasses
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from PancreasSegLib.errors import Cancelled, InputError
from PancreasSegLib.models import Manifest, RegionStage
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks import Superpixels
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import CNN, Segmenter
from PancreasSegLib.training.fit.checkpoint import load_checkpoint
from PancreasSegLib.training.train import train
from PancreasSegLib.volume import Volume, read_volume
from PancreasSegLib.volume.patient_box import PatientBox
from Testing.sentences import assert_tells
from Testing.training.conftest import SUPERPIXELS, WITHOUT_RNN, refused

pytest.importorskip("sklearn")

Write = Callable[..., Path]

HELD_OUT = (('validation = ["b"]\n', ""), ("refit_steps = 2\n", ""))


@pytest.fixture
def trained(scans: Path, write_config: Write) -> Path:
    """The manifest of a model that was trained on a and b for two steps."""
    (manifest,) = train(write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS), "cpu")
    return manifest


def region_of(scan: Volume) -> PatientBox:
    return PatientBox.of_grid(scan.grid)


def test_without_scikit_learn_it_says_at_once_what_to_install(
    scans: Path, write_config: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS)
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(InputError) as caught:
        train(config, "cpu")

    assert_tells(str(caught.value), "scikit-learn", "pip install '.[train]'")
    assert not (tmp_path / "run").exists()


def test_what_is_trained_is_measured_and_can_be_loaded_again(trained: Path) -> None:
    manifest = Manifest.from_file(trained)

    network = load_weights(manifest, trained.parent)

    assert isinstance(network, Superpixels)
    assert network.configuration() == manifest.network
    assert manifest.title == "Superpixels-2, pancreas, CT"
    assert manifest.measured["cases"].keys() == {"c"}
    outcome = manifest.training["outcome"]["cnn"]
    assert 0.5 < outcome["candidate_sensitivity"] <= 1
    assert "candidate_sensitivity" in trained.with_suffix(".md").read_text(encoding="utf-8")


def test_weights_in_half_precision_have_the_forests_that_were_trained(
    trained: Path, tmp_path: Path
) -> None:
    manifest = Manifest.from_file(trained)
    kept = load_weights(manifest, trained.parent).cascade.state_dict()

    own = torch.load(tmp_path / "run" / "forests.pt", weights_only=True)["cascade"]

    assert all(torch.equal(kept[name], own[name]) for name in own)


def test_a_scan_is_segmented_on_its_own_grid_and_the_same_each_time(
    trained: Path, scans: Path
) -> None:
    scan = read_volume(scans / "c.nii.gz")
    segmenter = Segmenter(trained, "cpu")

    first, second = (segmenter.segment(scan, region_of(scan), keep_probability=True) for _ in "ab")

    assert first.mask.grid.is_same_as(scan.grid)
    assert np.array_equal(first.mask.array, second.mask.array)
    assert first.probability is not None and second.probability is not None
    assert np.array_equal(first.probability.array, second.probability.array)
    assert first.report.model["name"] == "tiny-superpixels"


def test_it_tells_how_far_it_is_and_stops_when_asked(trained: Path, scans: Path) -> None:
    scan = read_volume(scans / "c.nii.gz")
    told: list[Progress] = []
    segmenter = Segmenter(trained, "cpu")
    segmenter.segment(scan, region_of(scan), told.append)
    fractions = [progress.fraction for progress in told if progress.step == CNN]

    with pytest.raises(Cancelled):
        segmenter.segment(
            scan, region_of(scan), told.append, lambda: told[-1].step == CNN and len(told) > 3
        )

    assert len(fractions) >= 3 and fractions == sorted(fractions)


def test_a_run_that_was_cut_short_goes_on_with_its_forests(
    trained: Path, tmp_path: Path, write_config: Write
) -> None:
    before = Manifest.from_file(trained)
    kept = (tmp_path / "run" / "forests.pt").stat().st_mtime_ns
    shutil.rmtree(trained.parent)

    train(write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS), "cpu")

    assert (tmp_path / "run" / "forests.pt").stat().st_mtime_ns == kept
    assert Manifest.from_file(trained).sha256 == before.sha256


def test_a_run_stopped_before_its_first_checkpoint_ends_as_if_it_had_not_been(
    trained: Path, tmp_path: Path, write_config: Write
) -> None:
    whole = load_checkpoint(tmp_path / "run" / "cnn-last.pt")["network"]
    shutil.rmtree(tmp_path / "run")
    config = write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS)

    def stop(progress: Progress) -> None:
        if progress.step == "cnn":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, "cpu", progress=stop)
    assert [path.name for path in (tmp_path / "run").glob("*.pt")] == ["forests.pt"]
    train(config, "cpu")

    weights = load_checkpoint(tmp_path / "run" / "cnn-last.pt")["network"]
    assert all(torch.equal(whole[name], weights[name]) for name in whole)


def test_a_run_does_not_go_on_in_other_regions(
    trained: Path, tmp_path: Path, write_config: Write
) -> None:
    wider = ("margin_mm = [15, 15, 8]", "margin_mm = [18, 15, 8]")
    other = write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS, wider)

    with refused(f"{tmp_path / 'run'} holds a run of another configuration than {other}"):
        train(other, "cpu")


def test_a_finished_run_may_be_exported_otherwise(
    trained: Path, tmp_path: Path, write_config: Write
) -> None:
    before = Manifest.from_file(trained)
    lower = ('task = "pancreas"', 'task = "pancreas"\ncombination.threshold = 0.3')

    train(write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS, lower), "cpu")

    assert Manifest.from_file(trained).combination.threshold == 0.3
    assert Manifest.from_file(trained).sha256 == before.sha256


def test_training_twice_gives_the_same_weights(
    trained: Path, tmp_path: Path, write_config: Write
) -> None:
    before = Manifest.from_file(trained)
    shutil.rmtree(tmp_path / "run")

    train(write_config(*HELD_OUT, *WITHOUT_RNN, *SUPERPIXELS), "cpu")

    assert Manifest.from_file(trained).sha256 == before.sha256


def test_a_thin_region_at_the_scans_corner_will_do(trained: Path, scans: Path) -> None:
    scan = read_volume(scans / "c.nii.gz")
    corner = region_of(scan).low

    result = Segmenter(trained, "cpu").segment(
        scan, PatientBox.around(np.array([corner]), (2, 9, 2))
    )

    assert result.mask.grid.is_same_as(scan.grid)


def test_the_region_is_that_of_the_configuration(trained: Path) -> None:
    manifest = Manifest.from_file(trained)
    assert manifest.region == RegionStage("coarse-ct", (15.0, 15.0, 8.0))
    assert manifest.training["setup"]["region"]["margin_mm"] == [15.0, 15.0, 8.0]
    assert dataclasses.asdict(Manifest.from_file(trained).combination)["threshold"] == 0.5
