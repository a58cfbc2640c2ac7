"""The scans of a batch: those of a folder, of a pattern, or of a table."""

from __future__ import annotations

import csv
import glob
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PancreasSegLib.errors import InputError, OutputError

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".zip")
COLUMNS = ("scan", "reference", "name", "series", "phase")


@dataclass(frozen=True)
class Case:
    """A scan, with the name that its results get, and its reference if there is one.

    series, phase: which of a DICOM scan is meant, as `read_volume` takes them.
    """

    name: str
    scan: Path
    reference: Path | None = None
    series: str | None = None
    phase: int | None = None


def find_cases(scans: str, references: Path | None = None) -> list[Case]:
    """The cases that `scans` stands for, by their names.

    A folder: its scans (ENDINGS), and its folders as one DICOM scan each. A `.csv` file: a row a
    case, with the column `scan` and, if wanted, the other COLUMNS; paths are relative to it.
    Else a pattern as of a shell, `scans/*.nii.gz` or `scans/**/*.nii.gz`. `references` is a folder
    with masks of the same names, for cases that have none from a table.
    Raises `InputError` where there is none, where two have one name, for a table without `scan`, or
    where no reference is named as a scan is.
    """
    path = Path(scans)
    if path.is_dir():
        cases = _of_paths(entry for entry in path.iterdir() if _is_scan(entry))
    elif path.suffix.lower() == ".csv":
        cases = _of_table(path)
    else:
        # Path.glob takes no pattern that begins at the root, or with "..".
        cases = _of_paths(Path(found) for found in glob.glob(scans, recursive=True))  # noqa: PTH207
    if not cases:
        raise InputError(
            f"There is no scan in {scans}; give a folder with scans ({', '.join(ENDINGS)}, or"
            " folders of DICOM files), a pattern in quotes, or a .csv with the column 'scan'."
        )
    _refuse_one_name_twice(cases)
    if references is not None:
        cases = _with_references(cases, references)
    return sorted(cases, key=lambda case: case.name)


def refuse_output_among_scans(scans: str, output: Path) -> None:
    """Raise `OutputError`: the output's folders would be taken for DICOM series the next time."""
    if Path(scans).is_dir() and output.resolve().is_relative_to(Path(scans).resolve()):
        raise OutputError(
            f"The results cannot go into {scans}, the folder of the scans; give another --output."
        )


def _is_scan(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return path.is_dir() or path.name.lower().endswith(ENDINGS)


def _of_paths(paths: Iterable[Path]) -> list[Case]:
    return [Case(_name(path), path) for path in paths]


def _name(path: Path) -> str:
    """The name without the ending."""
    for ending in ENDINGS:
        if path.name.lower().endswith(ending):
            return path.name[: -len(ending)]
    return path.name


def _of_table(path: Path) -> list[Case]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            columns, rows = table.fieldnames or (), list(table)
    except FileNotFoundError:
        raise InputError(f"There is no table {path}; check the path.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as a table in UTF-8 ({error}).") from None
    if "scan" not in columns:
        raise InputError(f"{path} lacks the column 'scan'; it may have {', '.join(COLUMNS)}.")
    cases = []
    for number, row in enumerate(rows, start=2):
        if not row["scan"]:
            raise InputError(f"{path}, line {number}, names no scan; take the line out.")
        scan, reference = path.parent / row["scan"], row.get("reference")
        given = None if not reference else path.parent / reference
        name = row.get("name") or _name(scan)
        cases.append(Case(name, scan, given, row.get("series") or None, _phase(row, path, number)))
    return cases


def _phase(row: dict[str, str], path: Path, line: int) -> int | None:
    text = row.get("phase") or None
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"{path}, line {line}, has the phase '{text}'; give 1, 2, ... or nothing.")
    return int(text)


def _with_references(cases: list[Case], folder: Path) -> list[Case]:
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder} with references; check the path.")
    masks = {_name(path): path for path in folder.iterdir() if _is_scan(path) and path.is_file()}
    if not masks.keys() & {case.name for case in cases}:
        raise InputError(
            f"No reference in {folder} has the name of a scan, as {cases[0].name}.nii.gz; rename"
            " them, or give a .csv with the columns 'scan' and 'reference'."
        )
    return [replace(c, reference=c.reference or masks.get(c.name)) for c in cases]


def _refuse_one_name_twice(cases: Iterable[Case]) -> None:
    known: dict[str, Path] = {}
    for case in cases:
        if case.name in known:
            raise InputError(
                f"{known[case.name]} and {case.scan} would both be called '{case.name}'; rename"
                " one, or give a .csv with the column 'name'."
            )
        if case.name in (".", "..") or "/" in case.name or "\\" in case.name:
            raise InputError(f"'{case.name}' is no name for files; give one without a folder.")
        known[case.name] = case.scan
