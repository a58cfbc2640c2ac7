"""The batch: masks, table, comparison, and going on where it stopped."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib import synthetic_ct
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.volume import read_mask, read_volume, write_mask, write_volume
from Testing.examples.conftest import EXAMPLES, example, oblique_noise
from Testing.worker.conftest import save_model


@dataclass(frozen=True)
class Batch:
    """Two scans on oblique grids, a reference for the first, and a place for the results."""

    scans: Path
    references: Path
    results: Path
    model: Path

    def run(self, *options: str | Path) -> int:
        arguments = [self.scans, self.results, "--references", self.references]
        arguments += ["--model", self.model, "--device", "cpu", *options]
        return int(example("segment_folder").main([str(one) for one in arguments]))

    def rows(self) -> dict[str, dict[str, str]]:
        with (self.results / "results.csv").open(encoding="utf-8", newline="") as file:
            return {row["case"]: row for row in csv.DictReader(file)}


@pytest.fixture
def batch(tmp_path: Path, random_model: Path) -> Batch:
    scans, references = tmp_path / "Bäuche", tmp_path / "references"
    scans.mkdir()
    references.mkdir()
    first = oblique_noise(seed=1)
    write_volume(first, scans / "first.nii.gz")
    write_volume(oblique_noise(seed=2), scans / "second.nrrd")
    drawn = np.zeros(first.array.shape, np.uint8)
    drawn[3:7, 6:18, 6:20] = 1
    write_mask(first.with_array(drawn), references / "first.nrrd")
    return Batch(scans, references, tmp_path / "results", random_model)


def test_each_scan_has_a_mask_on_its_own_grid_and_a_row(batch: Batch) -> None:
    assert batch.run() == 0

    written = {path.name for path in batch.results.iterdir()}
    assert written == {"first.nii.gz", "second.nii.gz", "results.csv"}
    for name, scan in (("first", "first.nii.gz"), ("second", "second.nrrd")):
        mask = read_mask(batch.results / f"{name}.nii.gz")
        assert mask.grid.is_same_as(read_volume(batch.scans / scan).grid)
        volume_ml = float(batch.rows()[name]["volume_ml"])
        assert volume_ml == pytest.approx(mask.array.sum() * mask.grid.voxel_ml, abs=1e-3)


def test_only_a_scan_with_a_reference_is_compared(batch: Batch) -> None:
    batch.run()

    first, second = batch.rows()["first"], batch.rows()["second"]
    assert 0 < float(first["dice"]) < 1
    assert float(first["hd95_mm"]) > 0
    assert (second["dice"], second["hd95_mm"], second["reference_ml"]) == ("", "", "")


def test_a_failing_scan_is_told_and_the_rest_goes_on(
    batch: Batch, capsys: pytest.CaptureFixture[str]
) -> None:
    (batch.scans / "broken.nii.gz").write_bytes(b"no scan")

    assert batch.run() == 1

    told = capsys.readouterr().err
    assert "broken: " in told and told.endswith("Failed: broken\n")
    assert set(batch.rows()) == {"first", "second"}
    assert not (batch.results / "broken.nii.gz").exists()


def test_started_again_it_does_only_what_is_left(
    batch: Batch, capsys: pytest.CaptureFixture[str]
) -> None:
    batch.run()
    before = (batch.results / "first.nii.gz").stat().st_mtime_ns
    write_volume(oblique_noise(seed=3), batch.scans / "third.mha")
    (batch.results / "second.nii.gz").unlink()
    capsys.readouterr()

    assert batch.run() == 0

    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "first: done before"
    assert second.startswith("second: ") and " ml" in second
    assert third.startswith("third: ") and " ml" in third
    assert (batch.results / "first.nii.gz").stat().st_mtime_ns == before
    assert list(batch.rows()) == ["first", "second", "third"]


def test_a_reference_that_came_later_is_compared(batch: Batch) -> None:
    batch.run()
    drawn = read_mask(batch.results / "second.nii.gz")
    write_mask(drawn, batch.references / "second.nii.gz")

    batch.run()

    assert float(batch.rows()["second"]["dice"]) == 1.0


def test_another_model_does_everything_again(batch: Batch, tmp_path: Path) -> None:
    from PancreasSegLib.networks import JAC

    batch.run()
    before = batch.rows()
    other = save_model(JAC(channels=2, blocks=1, scales=1), tmp_path / "other")

    assert batch.run("--model", other) == 0

    after = batch.rows()
    assert set(after) == set(before)
    assert all(after[name]["weights_sha256"] != before[name]["weights_sha256"] for name in after)


def test_a_case_that_was_stopped_leaves_the_table_of_those_before(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib import Segmenter

    segment = Segmenter.segment
    calls: list[int] = []

    def stopped_in_the_second(self: Segmenter, *arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return segment(self, *arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Segmenter, "segment", stopped_in_the_second)
        batch.run()
    assert set(batch.rows()) == {"first"}

    assert batch.run() == 0
    assert set(batch.rows()) == {"first", "second"}


@pytest.mark.parametrize("place", ["results", "scans"])
def test_what_is_not_its_own_is_left_alone(
    batch: Batch, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module = example("segment_folder")
    folder = batch.scans if place == "scans" else batch.results
    folder.mkdir(exist_ok=True)
    (folder / "results.csv").write_text("my,own,table\n1,2,3\n", encoding="utf-8")
    before = {path.name for path in folder.iterdir()}

    assert module.main([str(batch.scans), str(folder)]) == 1

    told = capsys.readouterr().err
    assert ("is no table of this program" in told) or ("cannot go into the folder" in told)
    assert {path.name for path in folder.iterdir()} == before
    assert (folder / "results.csv").read_text(encoding="utf-8").startswith("my,own")


def test_two_scans_of_one_name_are_told(batch: Batch, capsys: pytest.CaptureFixture[str]) -> None:
    write_volume(oblique_noise(seed=4), batch.scans / "first.mha")

    assert batch.run() == 1

    assert "have one name; rename one of them" in capsys.readouterr().err
    assert not batch.results.exists()


def test_as_a_program_with_the_bundled_model_it_finds_the_phantoms_pancreas(tmp_path: Path) -> None:
    phantom = synthetic_ct(spacing_mm=(4, 4, 4))
    for folder in ("scans", "references"):
        (tmp_path / folder).mkdir()
    write_volume(phantom.image, tmp_path / "scans" / "phantom.nii.gz")
    write_mask(phantom.pancreas, tmp_path / "references" / "phantom.nii.gz")

    options = ["--references", "references", "--device", "cpu"]
    done = subprocess.run(
        [sys.executable, EXAMPLES / "segment_folder.py", "scans", "results", *options],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    with (tmp_path / "results" / "results.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["model"] == DEFAULT_MODEL
    assert float(row["dice"]) > 0.4
    mask = read_mask(tmp_path / "results" / "phantom.nii.gz")
    assert mask.grid.is_same_as(phantom.image.grid)
