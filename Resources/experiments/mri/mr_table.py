"""The table of README.md, from `results.json` beside it."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from PancreasSegLib.files.markdown_table import markdown_table
from PancreasSegLib.files.page_tables import renew_tables

HERE = Path(__file__).parent
WAYS = {
    "slices": "(a) MR slices alone, patients left out",
    "labels": "(b) labels of CT, no MR seen",
    "both": "(c) both, patients left out",
}


def write_table() -> None:
    """Put it into its place on the page."""
    renew_tables(HERE / "README.md", tables())


def tables() -> dict[str, str]:
    """The page's table, by its title."""
    results = json.loads((HERE / "results.json").read_text(encoding="utf-8"))
    return {"three ways": three_ways(results)}


def three_ways(results: dict[str, Any]) -> str:
    """DSC by patient of each way, and what it finds in a synthetic MR where no pancreas is."""
    patients = results["labels"]["patients"]
    heads = [
        "trained on",
        "DSC by patient",
        *(f"{kind[2:].upper()}, {count} patients" for kind, count in patients.items()),
        "slices with DSC above 0.5",
        "DSC 0",
        "false, ml (synthetic MR)",
        "DSC (synthetic MR)",
    ]
    rows = []
    for way, title in WAYS.items():
        found = results[way]
        slices = list(found["slices"].values())
        phantoms = [phantom for model in found["phantoms"] for phantom in model]
        false_ml, in_phantoms = (
            statistics.mean(phantom[name] for phantom in phantoms) for name in ("false_ml", "dice")
        )
        rows.append(
            [
                title,
                f"{found['mean_dice_by_patient']:.3f}",
                *(f"{found[f'mean_dice_{kind}']:.3f}" for kind in patients),
                f"{sum(dice > 0.5 for dice in slices)} of {len(slices)}",
                f"{sum(dice == 0 for dice in slices)}",
                f"{false_ml:.1f}",
                f"{in_phantoms:.3f}",
            ]
        )
    return markdown_table(heads, rows)
