"""`pancreasseg models`: the bundled models for a person who has to choose one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from PancreasSegLib.command_line.models_command import description
from PancreasSegLib.models import Manifest, list_models
from Testing.command_line.conftest import Run


@pytest.fixture
def manifest(bright_model: Path) -> Manifest:
    return Manifest.from_file(bright_model)


def test_a_model_is_described_by_name_title_task_measurement_and_licence(
    manifest: Manifest,
) -> None:
    measured = dataclasses.replace(
        manifest, measured={"mean_dice": 0.71234, "cases": {"a": 0.7, "b": 0.72468}}
    )

    assert description(measured).splitlines() == [
        "bright",
        "  title     bright, for tests",
        "  task      segments the pancreas",
        "  measured  mean DSC 0.712 of 2 scans, not trained on",
        "  licence   none",
    ]


def test_the_numbers_of_a_cross_validation_are_told_as_such(manifest: Manifest) -> None:
    final = dataclasses.replace(
        manifest,
        training={"training_scans": ["a", "b"]},
        measured={"mean_dice": 0.7, "cases": {"a": 0.7, "b": 0.7}},
    )

    assert (
        "  measured  mean DSC 0.700 of 2 scans, in the cross-validation of its recipe"
        in description(final).splitlines()
    )


def test_a_model_that_was_not_measured_says_so(manifest: Manifest) -> None:
    assert "  measured  not measured" in description(manifest).splitlines()


def test_every_bundled_model_is_listed(pancreasseg: Run) -> None:
    outcome = pancreasseg("models")

    assert (outcome.code, outcome.err) == (0, "")
    listed = [line for line in outcome.out.splitlines() if line[:1] not in ("", " ")]
    bundled = [model.manifest.name for model in list_models()]
    assert listed == bundled or (not bundled and listed[0].startswith("There are no models in "))
