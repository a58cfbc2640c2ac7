"""The scans of a batch: those of a folder, of a pattern, or of a table."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.csv_lines import read_lines

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".zip")
SEGMENTATION_ENDING = ".seg.nrrd"
"""Of Slicer's segmentations, which are references and no scans."""

COLUMNS = ("scan", "reference", "name", "series", "phase")
NAMED = 5  # scans without a reference
LONGEST_NAME = 200
"""Bytes in UTF-8: file systems allow 255, and results have endings."""


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


def find_cases(
    scans: str, references: Path | None = None, output: Path | None = None
) -> list[Case]:
    """The cases that `scans` stands for, by their names.

    A folder: its scans (ENDINGS), and its folders as one DICOM scan each. A `.csv` file: a row a
    case, with the column `scan` and, if wanted, the other COLUMNS; paths are relative to it.
    Else a pattern as of a shell, `scans/*.nii.gz` or `scans/**/*.nii.gz`; what it finds in `output`
    is no scan. `references` is a folder with masks of the same names, or NAME.seg.nrrd, for cases
    that have none from a table.
    Raises `InputError` where there is none, where two have one name or one a name that no file can
    have, for a table that cannot be read or has other columns, or where no reference is named as a
    scan is.
    """
    path = Path(scans)
    if path.is_dir():
        cases = _of_paths(entry for entry in path.iterdir() if _is_scan(entry))
    elif path.suffix.lower() == ".csv":
        cases = _of_table(path)
    else:
        # Path.glob takes no pattern that begins at the root, or with "..".
        found = [Path(name) for name in glob.glob(scans, recursive=True)]  # noqa: PTH207
        cases = _of_paths(one for one in found if not _lies_in(one, output))
    if not cases:
        raise InputError(
            f"There is no scan in {scans}; give a folder with scans ({', '.join(ENDINGS)}, or"
            " folders of DICOM files), a pattern in quotes, or a .csv with the column 'scan'."
        )
    _refuse_one_name_twice(cases)
    _refuse_names_that_files_cannot_have(cases)
    if references is not None:
        cases = _with_references(cases, references)
    return sorted(cases, key=lambda case: case.name)


def refuse_output_among_scans(scans: str, output: Path) -> None:
    """Raise `OutputError`: the output's folders would be taken for DICOM series the next time."""
    if Path(scans).is_dir() and output.resolve().is_relative_to(Path(scans).resolve()):
        raise OutputError(
            f"The results cannot go into {scans}, the folder of the scans; give another --output."
        )


def lacking_references(cases: Iterable[Case], folder: Path) -> str | None:
    """A sentence on those for which `folder` has no reference; None if there are none."""
    names = [case.name for case in cases if case.reference is None]
    if not names:
        return None
    scans = "1 scan" if len(names) == 1 else f"{len(names)} scans"
    named = ", ".join([*names[:NAMED], "..."] if len(names) > NAMED else names)
    return f"No reference in {folder} has the name of {scans}: {named}"


def _is_scan(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return path.is_dir() or path.name.lower().endswith(ENDINGS)


def _is_segmentation(path: Path) -> bool:
    return path.name.lower().endswith(SEGMENTATION_ENDING)


def _lies_in(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.resolve().is_relative_to(folder.resolve())


def _of_paths(paths: Iterable[Path]) -> list[Case]:
    return [Case(_name(path), path) for path in paths if not _is_segmentation(path)]


def _name(path: Path) -> str:
    """The name without the ending."""
    for ending in (SEGMENTATION_ENDING, *ENDINGS):
        if path.name.lower().endswith(ending):
            return path.name[: -len(ending)]
    return path.name


def _of_table(path: Path) -> list[Case]:
    lines = [(where, _without_empty_end(fields)) for where, fields in read_lines(path)]
    columns = lines[0][1] if lines else []
    _check_columns(columns, path)
    return [_of_row(columns, fields, where, path.parent) for where, fields in lines[1:]]


def _without_empty_end(fields: list[str]) -> list[str]:
    """Without the fields that spreadsheets add up to their widest row."""
    filled = [number for number, field in enumerate(fields, start=1) if field]
    return fields[: filled[-1]]


def _check_columns(columns: list[str], path: Path) -> None:
    known = ", ".join(COLUMNS)
    if "scan" not in columns:
        raise InputError(
            f"{path} lacks the column 'scan'; it may have {known}, with commas between them."
        )
    for column in columns:
        if column not in COLUMNS:
            raise InputError(f"{path} has the unknown column '{column}'; it may have {known}.")
        if columns.count(column) > 1:
            raise InputError(f"{path} has the column '{column}' twice; take one out.")


def _of_row(columns: list[str], fields: list[str], where: str, folder: Path) -> Case:
    """The case of a row; paths are relative to `folder`."""
    if len(fields) > len(columns):
        raise InputError(
            f"{where}, has more fields than there are columns; put quotes around a name with a"
            " comma."
        )
    row = dict(zip(columns, fields, strict=False))
    if not row.get("scan"):
        raise InputError(f"{where}, names no scan; take the line out.")
    scan, reference = folder / row["scan"], row.get("reference")
    return Case(
        row.get("name") or _name(scan),
        scan,
        folder / reference if reference else None,
        row.get("series") or None,
        _phase(row.get("phase"), where),
    )


def _phase(text: str | None, where: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"{where}, has the phase '{text}'; give 1, 2, ... or nothing.")
    return int(text)


def _refuse_names_that_files_cannot_have(cases: list[Case]) -> None:
    for case in cases:
        if case.name in (".", "..") or "/" in case.name or "\\" in case.name:
            raise InputError(f"'{case.name}' is no name for files; give one without a folder.")
        if len(case.name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
            raise InputError(
                f"The name '{case.name[:20]}...' is too long for the files of its results; give a"
                " table (.csv) of the scans, with a shorter one in the column 'name'."
            )


def _with_references(cases: list[Case], folder: Path) -> list[Case]:
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder} with references; check the path.")
    scans = {case.scan.resolve() for case in cases}
    masks: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if not _is_scan(path) or path.is_dir() or path.resolve() in scans:
            continue
        name = _name(path)
        if name in masks:
            raise InputError(
                f"{masks[name]} and {path} would both be the reference of '{name}'; take one out."
            )
        masks[name] = path
    if not masks.keys() & {case.name for case in cases}:
        raise InputError(
            f"No reference in {folder} has the name of a scan, as {cases[0].name}.nii.gz; rename"
            " them, or give a .csv with the columns 'scan' and 'reference'."
        )
    return [replace(c, reference=c.reference or masks.get(c.name)) for c in cases]


def _refuse_one_name_twice(cases: Iterable[Case]) -> None:
    """Nor two that differ in small and large letters: on Windows and macOS they are one file."""
    known: dict[str, Path] = {}
    for case in cases:
        name = case.name.casefold()
        if name in known:
            raise InputError(
                f"{known[name]} and {case.scan} would both be called '{case.name}'; rename"
                " one, or give a .csv with the column 'name'."
            )
        known[name] = case.scan
