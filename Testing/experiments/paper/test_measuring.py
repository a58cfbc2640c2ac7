"""A run's scans are measured as those that a training holds out; each adds what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.experiments.measuring import measure
from PancreasSegLib.networks import JAC
from PancreasSegLib.training.data.cases import Case
from PancreasSegLib.training.proof.held_out import measure_held_out
from PancreasSegLib.volume import Volume, write_mask, write_volume
from Testing.segmenter.conftest import SaveModel

AFFINE = np.diag([3.0, 3.0, 4.0, 1.0])


@pytest.fixture
def cases(tmp_path: Path) -> list[Case]:
    """One of a bright box, of which the reference has the half; one in which nothing is bright."""
    written = []
    for name, more in (("bright", 190), ("grey", 0)):
        scan = np.random.default_rng(1).integers(20, 60, (10, 20, 24)).astype(np.int16)
        scan[3:7, 6:14, 8:16] += more
        mask = np.zeros(scan.shape, np.uint8)
        mask[3:7, 6:10, 8:16] = 1
        image, reference = (tmp_path / f"{name}{end}.nii.gz" for end in ("", "_label"))
        write_volume(Volume(scan, AFFINE, "CT"), image)
        write_mask(Volume(mask, AFFINE), reference)
        written.append(Case(name, image, reference))
    return written


@pytest.fixture
def model(save_model: SaveModel, bright_jac: JAC) -> Path:
    return save_model(bright_jac, "bright", spacing_mm=(3.0, 3.0, 4.0))


@pytest.fixture
def of_run(model: Path, cases: list[Case], tmp_path: Path) -> dict[str, dict[str, Any]]:
    return measure(model, cases, tmp_path / "masks", "cpu", lambda name, fraction: None)


@pytest.fixture
def of_training(
    model: Path, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, Any]]:
    # The card tells of a training, and there was none.
    monkeypatch.setattr(
        "PancreasSegLib.training.proof.held_out.write_model_card", lambda manifest, path: None
    )
    scores: dict[str, dict[str, Any]] = measure_held_out(model, cases, {}, "cpu").measured["cases"]
    return scores


def test_both_say_the_same_of_the_same_scan(
    of_run: dict[str, dict[str, Any]], of_training: dict[str, dict[str, Any]]
) -> None:
    overlap = ["dice", "jaccard", "surface_dice_2mm", "hd95_mm"]
    for name, scores in of_run.items():
        held_out = of_training[name]

        assert [*scores] == [*overlap, "inside_region", "dice_at"]
        assert [*held_out] == [
            *overlap,
            "volume_difference_percent",
            "inside_region",
            "agreement",
            "reliability",
        ]
        shared = [*overlap, "inside_region"]
        assert [scores[key] for key in shared] == [held_out[key] for key in shared]


def test_a_mask_twice_as_large_as_its_reference_has_a_dsc_of_two_thirds(
    of_run: dict[str, dict[str, Any]], of_training: dict[str, dict[str, Any]]
) -> None:
    assert of_run["bright"]["dice"] == 0.6667
    assert of_run["bright"]["jaccard"] == 0.5
    assert of_run["bright"]["hd95_mm"] == 12.0
    assert of_training["bright"]["volume_difference_percent"] == 100.0


def test_where_nothing_was_found_there_is_no_hd95(
    of_run: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert of_run["grey"]["hd95_mm"] is None
    assert of_run["grey"]["dice"] == 0.0
    assert sorted(path.name for path in (tmp_path / "masks").iterdir()) == [
        "bright.nii.gz",
        "grey.nii.gz",
    ]
