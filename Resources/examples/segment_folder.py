"""Segment all scans of a folder, compare them with references, and write a table.

    python Resources/examples/segment_folder.py SCANS RESULTS --references REFERENCES

Needs only the engine: `python` may be the Python that PancreasSeg is installed in, or PythonSlicer.

SCANS holds scans (NIfTI, NRRD, MetaImage) and folders with one DICOM series each. REFERENCES, which
may be left out, holds masks of the same names. RESULTS gets a mask for each scan, and results.csv
with a row for each. A failing scan is told, and the rest goes on. Started again, it skips the scans
that are done; to have one done again, remove its mask.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib import Segmenter, evaluate, read_mask, read_volume, write_mask
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.errors import InputError, OutputError, PancreasSegError
from PancreasSegLib.files.atomic_file import atomic_file

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd")
METRICS = (
    "dice",
    "jaccard",
    "precision",
    "recall",
    "surface_dice_2mm",
    "hd95_mm",
    "average_surface_distance_mm",
)
MEASURED = (
    "found",
    "volume_ml",
    "agreement",
    "expected_dice",
    "warnings",
    "model",
    "weights_sha256",
)
COLUMNS = ("case", *MEASURED, *METRICS, "reference_ml")

Row = dict[str, str]


@dataclass(frozen=True)
class Case:
    """A scan, its reference if there is one, and the mask to be written."""

    name: str
    scan: Path
    reference: Path | None
    mask: Path


def main(arguments: list[str]) -> int:
    """0 if all scans are done, 1 if one has failed."""
    parser = argparse.ArgumentParser(prog="segment_folder.py")
    parser.add_argument("scans", type=Path, metavar="SCANS")
    parser.add_argument("results", type=Path, metavar="RESULTS")
    parser.add_argument("--references", type=Path, metavar="REFERENCES")
    parser.add_argument("--model", default=DEFAULT_MODEL, metavar="NAME|PATH")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda[:N]")
    given = parser.parse_args(arguments)
    try:
        cases = find_cases(given.scans, given.references, given.results)
        make_folder(given.results)
        table = Table(given.results / "results.csv")
        segmenter = Segmenter(given.model, given.device)
        return 0 if segment_all(cases, table, segmenter) else 1
    except PancreasSegError as error:
        print(f"segment_folder.py: {error}", file=sys.stderr)
        return 1


def segment_all(cases: list[Case], table: Table, segmenter: Segmenter) -> bool:
    """Case after case; True if none has failed."""
    failed = []
    for case in cases:
        if is_done(case, table, segmenter):
            print(f"{case.name}: done before")
            continue
        try:
            row = segment_case(case, segmenter)
        except OutputError:
            raise  # no later case could be written either
        except PancreasSegError as error:
            failed.append(case.name)
            print(f"{case.name}: {error}", file=sys.stderr)
            continue
        table.put(row)
        overlap = f", DSC {float(row['dice']):.3f}" if row["dice"] else ""
        print(f"{case.name}: {float(row['volume_ml']):.1f} ml{overlap}")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return not failed


def segment_case(case: Case, segmenter: Segmenter) -> Row:
    """Load, segment, evaluate, save; what the table says of it."""
    reference = None if case.reference is None else read_mask(case.reference)
    segmentation = segmenter.segment(read_volume(case.scan))
    report = segmentation.report
    row = {
        "case": case.name,
        "found": str(report.found),
        "volume_ml": f"{report.volume_ml:.3f}",
        "agreement": number(report.agreement),
        "expected_dice": number(report.expected_dice),
        "warnings": " ".join(report.warnings),
        "model": report.model["name"],
        "weights_sha256": weights_of(segmenter),
    }
    if reference is not None:
        score = evaluate(segmentation.mask, reference).as_dict()
        row |= {name: number(score[name]) for name in (*METRICS, "reference_ml")}
    write_mask(segmentation.mask, case.mask, like=case.scan)
    return dict.fromkeys(COLUMNS, "") | row


def number(value: float | None) -> str:
    """Empty where it is undefined."""
    return "" if value is None else f"{value:.4f}"


def weights_of(segmenter: Segmenter) -> str:
    """What tells one model from another: of a mean, the weights of all that it is made of."""
    return " ".join(model.manifest.sha256 for model in segmenter.models)


def is_done(case: Case, table: Table, segmenter: Segmenter) -> bool:
    """True if this model's mask and row are there, with the comparison if there is a reference."""
    row = table.rows.get(case.name)
    if row is None or not case.mask.is_file():
        return False
    same_model = row["weights_sha256"] == weights_of(segmenter)
    return same_model and (case.reference is None or row["dice"] != "")


class Table:
    """results.csv: written anew as a whole after each case, so it is never half a table."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, Row] = {}
        if not path.exists():
            return
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise InputError(f"{path} is no table of this program; choose another folder.")
            self.rows = {row["case"]: row for row in reader}

    def put(self, row: Row) -> None:
        """Add a row, or replace the case's old one."""
        self.rows[row["case"]] = row
        with (
            atomic_file(self.path, ".csv") as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows[name] for name in sorted(self.rows))


def find_cases(scans: Path, references: Path | None, results: Path) -> list[Case]:
    """All scans by their names; a folder that has no scan is an InputError."""
    if results.resolve().is_relative_to(scans.resolve()):
        raise InputError(f"The results cannot go into the folder of the scans, {scans}.")
    found: dict[str, Path] = {}
    for name, path in by_name(scans):
        if name in found:
            raise InputError(f"{found[name]} and {path} have one name; rename one of them.")
        found[name] = path
    if not found:
        raise InputError(f"There is no scan in {scans}.")
    truths = {} if references is None else dict(by_name(references))
    return [
        Case(name, scan, truths.get(name), results / f"{name}.nii.gz")
        for name, scan in found.items()
    ]


def by_name(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files of known endings and folders, sorted, each with its name without the ending."""
    if not folder.is_dir():
        raise InputError(f"The folder {folder} does not exist.")
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        ending = next((one for one in ENDINGS if path.name.lower().endswith(one)), None)
        if path.is_dir():
            yield path.name, path
        elif ending is not None:
            yield path.name[: -len(ending)], path


def make_folder(folder: Path) -> None:
    """The folder of the results."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error.strerror}).") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
