"""A table beside the scans, by its columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.csv_lines import read_lines


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the CSV file `path`: the cells of `columns`, without the spaces around them.

    Raises `InputError` where it lacks a column, where a row is too short, and what `read_lines`
    raises.
    """
    lines = read_lines(path)
    header = lines[0][1] if lines else []
    for column in columns:
        if column not in header:
            raise InputError(f"{path} lacks the column '{column}'; add it.")
    return [
        _cells(dict(zip(header, row, strict=False)), columns, where) for where, row in lines[1:]
    ]


def _cells(row: dict[str, str], columns: Sequence[str], where: str) -> dict[str, str]:
    for column in columns:
        if column not in row:
            raise InputError(f"{where} ends before the column '{column}'; add what is missing.")
    return {column: row[column] for column in columns}
