"""A table that a person keeps, as spreadsheets write it."""

from __future__ import annotations

import csv
from pathlib import Path

from PancreasSegLib.errors import InputError


def read_lines(path: Path) -> list[tuple[str, list[str]]]:
    """The lines of the CSV file `path` that are not empty: where each stands, and its fields.

    Blanks around a field are taken off. Line by line: a quote that is not closed must not swallow
    the rows below it. Raises `InputError` for what is not there, no text in UTF-8, or no row.
    """
    try:
        # Excel puts a byte order mark before its UTF-8.
        with path.open(encoding="utf-8-sig") as file:
            lines = [(f"{path}, line {number}", line) for number, line in enumerate(file, start=1)]
    except FileNotFoundError:
        raise InputError(f"There is no table {path}; check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as a table in UTF-8 ({error}); save it as one."
        ) from None
    rows = [(where, _fields(line, where)) for where, line in lines]
    return [(where, fields) for where, fields in rows if any(fields)]


def _fields(line: str, where: str) -> list[str]:
    try:
        (fields,) = csv.reader([line], skipinitialspace=True, strict=True)
    except csv.Error as error:
        raise InputError(
            f"{where}, is no row of a table ({error}); check its quotes, each of which closes in"
            " its own line."
        ) from None
    return [field.strip() for field in fields]
