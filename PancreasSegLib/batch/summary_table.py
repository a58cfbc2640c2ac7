"""The table of a batch: a row a case, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PancreasSegLib.batch.record import Record
from PancreasSegLib.files.atomic_file import atomic_file

OF_REPORT = ("found", "volume_ml", "expected_dice", "agreement")
OF_EVALUATION = (
    "dice",
    "jaccard",
    "precision",
    "recall",
    "surface_dice_2mm",
    "hd95_mm",
    "average_surface_distance_mm",
    "reference_ml",
)
COLUMNS = ("case", "error", *OF_REPORT, "warnings", "model", *OF_EVALUATION)


def write_summary(records: Sequence[Record], output: Path) -> None:
    """Write `results.csv`, whole or not at all; numbers that are not known are left empty.

    The bytes of a file name that is not UTF-8 are written by their numbers.
    Raises `OutputError` where it cannot be written.
    """
    with (
        atomic_file(output / "results.csv", ".csv") as unfinished,
        unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="") as lines,
    ):
        table = csv.DictWriter(lines, COLUMNS)
        table.writeheader()
        table.writerows(_row(record) for record in records)


def _row(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {"case": record.case, "error": record.error or ""}
    if record.report is not None:
        row |= {name: _cell(record.report[name]) for name in OF_REPORT}
        row["warnings"] = " ".join(record.report["warnings"])
        row["model"] = record.report["model"]["name"]
    if record.evaluation is not None:
        row |= {name: _cell(record.evaluation[name]) for name in OF_EVALUATION}
    return row


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return round(value, 4) if isinstance(value, float) else value
