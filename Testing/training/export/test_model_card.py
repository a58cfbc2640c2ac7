"""The card tells what a model was trained on, however unusual that was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PancreasSegLib.models import Manifest
from PancreasSegLib.models.folder import models_folder
from PancreasSegLib.training.export.model_card import write_model_card

BUNDLED = Manifest.from_file(models_folder() / "coarse-ct.json")


def card(path: Path, training: dict[str, Any]) -> str:
    """Of a bundled model whose training is said to have been another."""
    write_model_card(replace(BUNDLED, training=BUNDLED.training | training), path)
    return path.read_text(encoding="utf-8")


def test_scans_of_ct_in_new_grey_values_are_told_as_such(tmp_path: Path) -> None:
    setup = BUNDLED.training["setup"]
    drawn = setup | {"data": setup["data"] | {"drawn_from": ["CT"]}}
    names = {"training_scans": ["a", "b"]}

    of_mr = card(tmp_path / "of-mr.md", names | {"setup": drawn})

    assert "- 2 scans, of CT, their grey values drawn anew: a, b\n" in of_mr
    assert "- 2 scans: a, b\n" in card(tmp_path / "of-ct.md", names)


def test_patients_of_loose_slices_that_were_held_out_are_named(tmp_path: Path) -> None:
    held_out = {"held_out_scans": ["c"], "held_out_patients": ["p1", "p2"]}

    assert "- held out: c, p1, p2\n" in card(tmp_path / "card.md", held_out)


def test_scans_for_training_only_are_counted_apart(tmp_path: Path) -> None:
    names = {"training_scans": ["a", "b"], "training_only_scans": ["a-native"]}

    text = card(tmp_path / "card.md", names)

    assert "- 2 scans: a, b\n- 1 scans for training only: a-native\n" in text
