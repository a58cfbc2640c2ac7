"""Which scans are of one patient: these are never in two folds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.csv_rows import read_rows

PATIENTS = "patients.csv"
"""Beside the scans, where a patient has several: the columns case and patient."""


def read_patients(folder: Path, cases: Sequence[str]) -> dict[str, str]:
    """Each case's patient: itself, where `folder` has no `patients.csv`.

    Raises `InputError` where that file lacks a column or a case, names no patient, or two of one
    case, and what `read_rows` raises.
    """
    path = folder / PATIENTS
    if not path.is_file():
        return {case: case for case in cases}
    patients: dict[str, str] = {}
    for row in read_rows(path, ("case", "patient")):
        case, patient = row["case"], row["patient"]
        if case and not patient:
            raise InputError(f"{path} does not name the patient of {case}; add it to the row.")
        if patients.setdefault(case, patient) != patient:
            raise InputError(
                f"{path} names two patients of {case}, {patients[case]} and {patient}; correct it."
            )
    for case in cases:
        if case not in patients:
            raise InputError(f"{path} does not name the patient of {case}; add the row.")
    return {case: patients[case] for case in cases}


def scans_of(patients: Collection[str], patient_of: Mapping[str, str]) -> tuple[str, ...]:
    """All scans of the `patients`, sorted."""
    return tuple(sorted(scan for scan, patient in patient_of.items() if patient in patients))
