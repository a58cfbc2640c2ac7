"""`measure_kinds.py` measures each kind once, by models that never saw the scan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import measure_kinds
import numpy as np
import pytest
from kinds.catalogue import WHOLE
from kinds.examination import Examination

from PancreasSegLib.metrics.reliability import reliability
from PancreasSegLib.networks import JAC
from PancreasSegLib.volume import write_mask, write_volume

SLAB = "slab: the pancreas's slices, no others"


@pytest.fixture
def scans(examination: Examination, tmp_path: Path) -> Path:
    """The phantom as two cases, with a pancreas that is bright enough for the tiny model."""
    folder = tmp_path / "scans"
    folder.mkdir()
    bright = np.where(examination.reference.array > 0, 200, np.minimum(examination.scan.array, 100))
    for name in "ab":
        scan = examination.scan.with_array(bright.astype(np.int16))
        write_volume(scan, folder / f"{name}.nii.gz")
        write_mask(examination.reference, folder / f"{name}_pancreas.nii.gz")
        write_mask(examination.organs, folder / f"{name}_organs.nii.gz")
    return folder


@pytest.fixture
def folds(save_model: Callable[..., Path], bright_jac: JAC, tmp_path: Path) -> Path:
    """Two folds, each with a model of its own that knows what it was measured at."""
    counted = reliability(np.array([0.4, 0.9]), np.array([0, 1]))
    for number, name in enumerate("ab"):
        path = save_model(
            bright_jac,
            "tiny",
            training={"held_out_scans": [name]},
            measured={"cases": {name: {"reliability": counted}}},
        )
        folder = tmp_path / "folds" / f"fold-{number}" / "models"
        folder.mkdir(parents=True)
        for suffix in (".json", ".pt"):
            path.with_suffix(suffix).rename(folder / f"tiny{suffix}")
    return tmp_path / "folds"


@pytest.fixture
def measure(scans: Path, folds: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def call(*kinds: str) -> dict[str, Any]:
        output = tmp_path / "kinds.json"
        models = ["--folds", str(folds), "--model", "tiny"]
        files = ["--scans", str(scans), "--output", str(output)]
        measure_kinds.main([*models, *files, "--kinds", *kinds])
        measured: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        return measured

    return call


def test_every_kind_of_every_scan_is_measured_and_told(
    measure: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    measured = measure(WHOLE, SLAB)

    assert set(measured["kinds"]) == {WHOLE, SLAB}
    assert set(measured["kinds"][SLAB]) == {"a", "b"}
    case = measured["kinds"][SLAB]["a"]
    assert case["dice"] > 0.8
    assert case["found_ml"] == pytest.approx(case["reference_ml"], rel=0.3)
    assert any("slice of the scan" in warning for warning in case["warnings"])
    assert f"| {SLAB} | 2 | " in capsys.readouterr().out


def test_what_the_output_has_is_not_measured_again(
    measure: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    measured = measure(WHOLE)
    measured["kinds"][WHOLE]["a"]["dice"] = 0.123
    del measured["kinds"][WHOLE]["b"]
    (tmp_path / "kinds.json").write_text(json.dumps(measured), encoding="utf-8")

    again = measure(WHOLE)["kinds"][WHOLE]

    assert again["a"]["dice"] == 0.123
    assert again["b"]["dice"] > 0.8


def test_what_another_model_did_is_not_mixed_with_it(
    measure: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    other = {"model": "other", "models_saw_the_scans": False, "kinds": {}}
    (tmp_path / "kinds.json").write_text(json.dumps(other), encoding="utf-8")

    with pytest.raises(ValueError, match=r"kinds\.json holds what other models did"):
        measure(WHOLE)
