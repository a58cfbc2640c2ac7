"""`pancreasseg rerun`: the same mask again, or what differs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.volume import Volume, read_mask, write_volume
from Testing.command_line.conftest import Run, names_in
from Testing.sentences import assert_tells

HEADER_WORDS = ("patient", "study", "birth")


@pytest.fixture
def manifest(pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path) -> Path:
    """Of a run with a region."""
    path = tmp_path / "run.json"
    roi = map(str, (-20, 40, -50, 10, -730, -670))
    outcome = pancreasseg(
        *("segment", scan_file, "-o", tmp_path / "mask.nii.gz", "--model", bright_model),
        *("--roi", *roi, "--manifest", path),
    )
    assert outcome.code == 0, outcome.err
    assert f"Manifest     {path}" in outcome.out
    return path


def test_the_same_run_gives_the_identical_mask(
    pancreasseg: Run, manifest: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg("rerun", manifest, "-o", tmp_path / "again.nii.gz")

    assert outcome.code == 0, outcome.err
    assert "identical" in outcome.out
    first, again = (read_mask(tmp_path / name) for name in ("mask.nii.gz", "again.nii.gz"))
    assert again.grid.is_same_as(first.grid)
    np.testing.assert_array_equal(again.array, first.array)


def test_it_has_hashes_versions_and_options_but_nothing_of_a_header(manifest: Path) -> None:
    content = json.loads(manifest.read_text("utf-8"))

    assert content["roi"] == {"low": [-20, -50, -730], "high": [40, 10, -670]}
    assert set(content["weights_sha256"]) == set(content["settings_sha256"]) == {"bright"}
    assert {len(content[name]) for name in ("scan_sha256", "mask_sha256")} == {64}
    assert content["ran_on"]["precision"] in ("float32", "bfloat16")
    assert not any(word in manifest.read_text("utf-8").lower() for word in HEADER_WORDS)


def test_a_mask_that_differs_is_told_with_what_else_does(pancreasseg: Run, manifest: Path) -> None:
    content = json.loads(manifest.read_text("utf-8"))
    content |= {"mask_sha256": "0" * 64, "volume_ml": 3.0}
    content["ran_on"]["threads"] = "77"
    manifest.write_text(json.dumps(content), encoding="utf-8")

    outcome = pancreasseg("rerun", manifest)

    assert outcome.code == 1
    assert_tells(outcome.out, "The mask differs", "3.000 ml before", "threads: 77, now ")


def test_a_models_threshold_that_was_changed_is_told(
    pancreasseg: Run, manifest: Path, bright_model: Path
) -> None:
    content = json.loads(bright_model.read_text("utf-8"))
    content["combination"]["threshold"] = 0.95
    bright_model.write_text(json.dumps(content), encoding="utf-8")

    outcome = pancreasseg("rerun", manifest)

    assert outcome.code == 1
    assert_tells(outcome.out, "The mask differs", "settings of bright: ")


def test_a_manifest_of_an_earlier_version_is_done_again_and_says_what_it_lacks(
    pancreasseg: Run, manifest: Path
) -> None:
    content = json.loads(manifest.read_text("utf-8"))
    del content["settings_sha256"]
    manifest.write_text(json.dumps(content), encoding="utf-8")
    assert pancreasseg("rerun", manifest).code == 0
    manifest.write_text(json.dumps(content | {"mask_sha256": "0" * 64}), encoding="utf-8")

    outcome = pancreasseg("rerun", manifest)

    assert outcome.code == 1
    assert_tells(outcome.out, "The mask differs", "earlier version", "settings")


def test_a_scan_that_was_changed_is_refused_and_nothing_is_written(
    pancreasseg: Run, manifest: Path, scan: Volume, scan_file: Path, tmp_path: Path
) -> None:
    write_volume(scan.with_array(scan.array + 1), scan_file)
    before = names_in(tmp_path)

    outcome = pancreasseg("rerun", manifest, "-o", tmp_path / "again.nii.gz")

    assert outcome.code == 1
    assert_tells(outcome.sentence, str(scan_file), "SHA-256")
    assert names_in(tmp_path) == before
