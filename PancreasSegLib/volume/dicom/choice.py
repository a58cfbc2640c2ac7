"""Which series of a folder is meant: the one that was asked for, or the only one that can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.copies import without_copies
from PancreasSegLib.volume.dicom.phases import Phases, phases_of
from PancreasSegLib.volume.dicom.series import Series
from PancreasSegLib.volume.reading_warnings import SERIES_CHOSEN
from PancreasSegLib.volume.refusals import NO_SUCH_SERIES, SEVERAL_SERIES, SEVERAL_SUCH_SERIES

LEAST_LENGTH_MM = 80.0
"""Along its normal; a CT of the abdomen is longer."""
_AXIAL = 0.7  # cosine between the slices' normal and the patient's long axis


@dataclass(frozen=True)
class Readable:
    """A series with its volumes, or why it is none; copies: slices that are there once more."""

    series: Series
    phases: Phases | None = None
    problem: InputError | None = None
    copies: int = 0

    def volumes(self) -> Phases:
        """Raises the InputError that says why there are none."""
        if self.phases is None:
            assert self.problem is not None
            raise self.problem
        return self.phases

    @property
    def can_show_the_abdomen(self) -> bool:
        """True for axial CT of some length."""
        if self.phases is None or self.series.modality != "CT":
            return False
        first = self.phases.stacks[0]
        low, high = first.range_mm
        return abs(first.normal[2]) > _AXIAL and high - low >= LEAST_LENGTH_MM

    @property
    def line(self) -> str:
        """What it is, with nothing of the header that could name the patient."""
        number, modality = self.series.number, self.series.modality or "unknown modality"
        name = "without number" if number is None else f"series {number}"
        if self.phases is None:
            count = len(self.series.frames)
            return f"{name}: {modality}, {count} image{'s' if count > 1 else ''}, no volume"
        first, phases = self.phases.stacks[0], len(self.phases.stacks)
        times = f"{phases} volumes of " if phases > 1 else ""
        return (
            f"{name}: {modality}, {_plane(first.normal)}, {times}{first.depth} slices,"
            f" {first.step_mm:.2f} mm apart"
        )


def readable(series: Series, path: Path) -> Readable:
    """What the series' slices make."""
    try:
        slices = without_copies(series.frames, path)
        phases = phases_of(slices, path)
    except InputError as problem:
        return Readable(series, problem=problem)
    return Readable(series, phases, copies=len(series.frames) - len(slices))


def choose(all_series: Sequence[Readable], wanted: str | None, path: Path) -> Readable:
    """The series that is `wanted`: its number, its UID, its description or a part of that.

    Digits alone are no part of a description. Without a wish the only one, or the only one that can
    show the abdomen. Raises InputError, with a list of them, where that leaves none or several.
    """
    if wanted is None:
        if len(all_series) == 1:
            return all_series[0]
        candidates = [one for one in all_series if one.can_show_the_abdomen]
        if len(candidates) == 1:
            return candidates[0]
        raise InputError(_told(SEVERAL_SERIES, all_series, path))
    for is_meant in (_by_number, _by_uid, _by_description, _by_part_of_description):
        found = [one for one in all_series if is_meant(one.series, wanted.strip())]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(_told(SEVERAL_SUCH_SERIES, found, path))
    raise InputError(_told(NO_SUCH_SERIES, all_series, path))


def choice_warnings(
    chosen: Readable, all_series: Sequence[Readable], wanted: str | None
) -> tuple[str, ...]:
    """What a user should know who did not choose among several series."""
    if wanted is not None or len(all_series) == 1:
        return ()
    return (SERIES_CHOSEN.format(count=len(all_series), chosen=chosen.line),)


def _told(sentence: str, listed: Sequence[Readable], path: Path) -> str:
    lines = "; ".join(one.line for one in listed)
    return sentence.format(path=path, count=len(listed), series=lines)


def _plane(normal: np.ndarray) -> str:
    along = max(range(3), key=lambda axis: abs(normal[axis]))
    return ("sagittal", "coronal", "axial")[along]


def _by_number(series: Series, wanted: str) -> bool:
    return series.number == wanted


def _by_uid(series: Series, wanted: str) -> bool:
    return series.uid == wanted


def _by_description(series: Series, wanted: str) -> bool:
    return (series.description or "").casefold() == wanted.casefold()


def _by_part_of_description(series: Series, wanted: str) -> bool:
    if wanted.isdecimal():  # a number: "2" is not meant where only "Lung 2.0" has it
        return False
    return wanted.casefold() in (series.description or "").casefold()
