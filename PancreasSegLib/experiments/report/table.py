"""Table 1: every row with its measures, and the paper's own numbers beside it; as CSV and JSON."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PancreasSegLib.experiments.report.paired_tests import PairedTest
from PancreasSegLib.experiments.report.published import Spread, published
from PancreasSegLib.experiments.report.rows import Row
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.json_file import write_json

MEASURES = ("dice", "jaccard", "surface_dice_2mm", "hd95_mm")
PARTS = ("mean", "sd", "worst", "best")


def write_table(
    study: Study,
    rows: Sequence[Row],
    tests: Sequence[PairedTest],
    provenance: dict[str, Any],
    folder: Path,
) -> None:
    """Write `table.csv` and `table.json`; what is not known is an empty cell, or null."""
    modality = study.experiment.modality
    entries = [_entry(row, modality) for row in rows]
    with (
        atomic_file(folder / "table.csv") as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as lines,
    ):
        table = csv.DictWriter(lines, list(_flat(entries[0])))
        table.writeheader()
        table.writerows(_flat(entry) for entry in entries)
    content = provenance | {
        "rows": [entry | {"cases": row.cases} for entry, row in zip(entries, rows, strict=True)],
        "paired_tests": [
            {
                "row": test.row.label,
                "other": test.other.label,
                "pairs": test.pairs,
                "mean_difference": round(test.mean_difference, 4),
                "p": test.p,
            }
            for test in tests
        ],
    }
    write_json(content, folder / "table.json")


def processors(rows: Sequence[Row]) -> list[str]:
    """What they were computed on, each once: as in "NVIDIA H200, bfloat16, 1 thread"."""
    told = [
        f"{one['processor']}, {one['precision']}, {one['threads']} thread(s), {one['system']}"
        for row in rows
        for one in row.ran_on
    ]
    return list(dict.fromkeys(told))


def _entry(row: Row, modality: str) -> dict[str, Any]:
    return {
        "method": row.method,
        "title": row.title,
        "loss": row.loss,
        "seed": row.seed,
        "parameters": row.parameters,
        "cases_done": len(row.cases),
        "cases_of": row.of,
        **{measure: _spread(row.spread(measure)) for measure in MEASURES},
        "hd95_missing": len(row.cases) - len(row.values("hd95_mm")),
        "paper_row": row.paper,
        "paper_dice": _spread(published(row.paper, modality, "dice")),
        "paper_jaccard": _spread(published(row.paper, modality, "jaccard")),
        "hours": round(row.hours, 3) if row.cases else None,
        "loss_still_falls": row.loss_still_falls if row.cases else None,
        "processors": processors([row]),
    }


def _spread(spread: Spread | None) -> dict[str, float | None]:
    if spread is None:
        return dict.fromkeys(PARTS)
    return {name: round(value, 4) for name, value in dataclasses.asdict(spread).items()}


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """One cell a number: dice_mean, dice_sd, and so on."""
    cells: dict[str, Any] = {}
    for name, value in entry.items():
        if isinstance(value, dict):
            cells |= {f"{name}_{part}": number for part, number in value.items()}
        else:
            cells[name] = "; ".join(value) if isinstance(value, list) else value
    return cells
