"""Folds by patient: drawn once by a seed, written to disk, the same for every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.patients import scans_of


@dataclass(frozen=True)
class Fold:
    """The scans that a fold holds out, and those of its training patients that it selects by."""

    held_out: tuple[str, ...]
    validation: tuple[str, ...]


def draw_folds(
    patient_of: Mapping[str, str], count: int, validation: float, seed: int
) -> list[Fold]:
    """`count` folds of all patients, alike in size; of the others of each the share `validation`.

    Where there is to be a validation subset it has one patient at least, and so has the training
    subset. Raises `InputError` where there are too few patients.
    """
    patients = sorted(set(patient_of.values()))
    # Of three patients one of two folds holds two out: that leaves one, and none to validate.
    least = count if validation == 0 else max(count, 4 if count == 2 else 3)
    if len(patients) < least:
        raise InputError(
            f"There are {len(patients)} patients, too few for {count} folds"
            f"{' with a validation subset' if validation else ''}; give {least} or more."
        )
    generator = np.random.default_rng(seed)
    shuffled = [patients[index] for index in generator.permutation(len(patients))]
    folds = []
    for fold in range(count):
        held_out = shuffled[fold::count]
        others = [patient for patient in shuffled if patient not in held_out]
        drawn = [others[index] for index in generator.permutation(len(others))]
        size = (
            0 if validation == 0 else min(max(1, round(validation * len(others))), len(others) - 1)
        )
        folds.append(Fold(scans_of(held_out, patient_of), scans_of(drawn[:size], patient_of)))
    return folds
