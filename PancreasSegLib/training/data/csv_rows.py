"""A table that a person keeps beside the scans, as spreadsheets write it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.errors import InputError


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the CSV file `path`: the cells of `columns`, without the spaces around them.

    Raises `InputError` where it lacks a column, where a row is too short, and for another encoding
    than UTF-8.
    """
    try:
        # Excel puts a byte order mark before its UTF-8.
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            table.fieldnames = [name.strip() for name in table.fieldnames or ()]
            for column in columns:
                if column not in table.fieldnames:
                    raise InputError(f"{path} lacks the column '{column}'; add it.")
            return [_cells(row, columns, f"{path}, line {table.line_num}") for row in table]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a CSV file in UTF-8 ({error}); save it as one.") from None


def _cells(row: dict[str, str | None], columns: Sequence[str], line: str) -> dict[str, str]:
    cells = {}
    for column in columns:
        value = row[column]
        if value is None:
            raise InputError(f"{line} ends before the column '{column}'; add what is missing.")
        cells[column] = value.strip()
    return cells
