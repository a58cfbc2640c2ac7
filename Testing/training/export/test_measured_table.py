"""The card's table shows what was measured, and no column of what was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.models import Manifest
from PancreasSegLib.training.export.measured_table import measured_table

MODELS = Path(__file__).resolve().parents[3] / "Resources" / "Models"

MEASURED = {
    "mean_dice": 0.4,
    "sd_dice": 0.5,
    "mean_hd95_mm": 12.34,
    "mean_volume_error_percent": 60.0,
    "cases": {
        "a": {"dice": 0.8, "hd95_mm": 12.34, "volume_difference_percent": -20.0},
        "b": {"dice": 0.0, "hd95_mm": None, "volume_difference_percent": -100.0},
    },
}


def test_the_table_has_distance_and_volume_beside_the_overlap() -> None:
    assert measured_table(MEASURED).splitlines() == [
        "| scan | DSC | HD95, mm | volume difference |",
        "|---|---|---|---|",
        "| a | 0.800 | 12.3 | -20% |",
        "| b | 0.000 | – | -100% |",
        "| **mean** | **0.400** | **12.3** | **60%** |",
        "| **standard deviation** | **0.500** | | |",
    ]


def test_what_an_earlier_version_measured_keeps_its_columns() -> None:
    measured = {"mean_dice": 0.8, "cases": {"a": {"dice": 0.8, "jaccard": 0.67}}}

    assert measured_table(measured).splitlines() == [
        "| scan | DSC | JI |",
        "|---|---|---|",
        "| a | 0.800 | 0.670 |",
        "| **mean** | **0.800** | |",
    ]


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.json")), ids=lambda path: path.stem)
def test_the_bundled_cards_show_what_their_manifests_measured(path: Path) -> None:
    measured = Manifest.from_file(path).measured
    card = path.with_suffix(".md").read_text(encoding="utf-8")

    assert not measured or f"\n{measured_table(measured)}\n" in card
