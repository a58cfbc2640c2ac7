"""Manifests and README show what the cross-validation beside the accuracy page measured."""

from __future__ import annotations

import json
from pathlib import Path

import measure
import pytest

from PancreasSegLib.models import find_model

ACCURACY = Path(measure.__file__).parent
README = (ACCURACY.parents[2] / "README.md").read_text(encoding="utf-8")
MEASURED = json.loads((ACCURACY / "cross_validation.json").read_text(encoding="utf-8"))["models"]


@pytest.mark.parametrize("name", measure.MODELS)
def test_a_manifest_has_the_cases_and_the_calibration_of_the_cross_validation(name: str) -> None:
    manifest = find_model(name).manifest

    assert manifest.measured["cases"] == MEASURED[name]["cases"]
    assert [list(point) for point in manifest.calibration] == MEASURED[name]["calibration"]


@pytest.mark.parametrize("name", measure.MODELS)
def test_the_readme_has_the_mean_the_extremes_and_the_median(name: str) -> None:
    model = MEASURED[name]
    dice = [case["dice"] for case in model["cases"].values()]
    (row,) = (line for line in README.splitlines() if line.startswith(f"| [`{name}`]"))

    assert f"{model['mean_dice']:.3f} ± {model['sd_dice']:.3f}" in row
    assert f"[{min(dice):.3f}, {max(dice):.3f}]" in row
    assert row.endswith(f"| {model['median_dice']:.3f} |")
