"""From files to the volume that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.choice import Readable, choice_warnings, choose, readable
from PancreasSegLib.volume.dicom.files import dicom_files
from PancreasSegLib.volume.dicom.pixels import values_of
from PancreasSegLib.volume.dicom.series import contents_of
from PancreasSegLib.volume.dicom.stack import Stack
from PancreasSegLib.volume.reading_warnings import ASSUMED_SPACING, COPIES_LEFT, SLICES_FILLED
from PancreasSegLib.volume.refusals import NO_PLACE, NO_SUCH_PHASE, SEVERAL_PHASES
from PancreasSegLib.volume.volume import Volume


@dataclass(frozen=True)
class Found:
    """The volume that is meant, and what is doubtful about it, as sentences."""

    stack: Stack
    modality: str | None
    warnings: tuple[str, ...]


def read_dicom(path: Path, series: str | None = None, phase: int | None = None) -> Volume:
    """The volume that is meant (`found_stack`), slope and intercept applied.

    Missing slices are filled in from their neighbours, and told in the warnings.
    """
    with found_stack(path, series, phase) as found:
        array = _array_of(found.stack)
        try:
            return Volume(array, found.stack.affine, found.modality, found.warnings)
        except ValueError as error:
            raise InputError(NO_PLACE.format(path=path)) from error


@contextmanager
def found_stack(path: Path, series: str | None = None, phase: int | None = None) -> Iterator[Found]:
    """The volume of a folder, zip file or multi-frame file; its files are there inside the block.

    Args:
        path: as for `dicom_files`.
        series: number, UID, description or a part of that; None for the only one that can be meant.
        phase: which of several volumes of the series, from 1; None for the only one.

    Raises:
        InputError: no such series or phase, several and none named, damaged files, or slices that
            make no volume.
    """
    with dicom_files(path) as files:
        chosen, warnings = _chosen(files, path, series)
        phases = chosen.volumes()
        count = len(phases.stacks)
        if phase is None and count > 1:
            order = phases.told_apart_by
            raise InputError(SEVERAL_PHASES.format(path=path, count=count, order=order))
        if phase is not None and not 1 <= phase <= count:
            raise InputError(NO_SUCH_PHASE.format(path=path, count=count, phase=phase))
        stack = phases.stacks[(phase or 1) - 1]
        warnings += _stack_warnings(stack, chosen)
        yield Found(stack, chosen.series.modality, warnings)


def count_phases(path: Path, series: str | None = None) -> int:
    """How many volumes the series has that `found_stack` would take; raises as that."""
    with dicom_files(path) as files:
        return len(_chosen(files, path, series)[0].volumes().stacks)


def listed_series(path: Path) -> list[str]:
    """A line for each series: its number, kind and size, description and UID.

    For the eyes of the user who asks; not for logs or reports. Raises InputError if there are none.
    """
    with dicom_files(path) as files:
        return [
            f"{one.line}; {_printable(one.series.description or 'no description')};"
            f" UID {_printable(one.series.uid)}"
            for one in (readable(series, path) for series in contents_of(files, path).series)
        ]


def _chosen(
    files: Mapping[str, Path], path: Path, wanted: str | None
) -> tuple[Readable, tuple[str, ...]]:
    contents = contents_of(files, path)
    all_series = [readable(series, path) for series in contents.series]
    chosen = choose(all_series, wanted, path)
    contents.refuse_damage(chosen.series.uid, was_asked_for=wanted is not None)
    return chosen, choice_warnings(chosen, all_series, wanted)


def _stack_warnings(stack: Stack, chosen: Readable) -> tuple[str, ...]:
    warnings = []
    if not all(frame.sized for frame in stack.frames):
        warnings.append(ASSUMED_SPACING)
    if stack.missing:
        numbers = ", ".join(str(number + 1) for number in stack.missing)
        warnings.append(
            SLICES_FILLED.format(count=len(stack.missing), depth=stack.depth, numbers=numbers)
        )
    if chosen.copies:
        warnings.append(COPIES_LEFT.format(count=chosen.copies))
    return tuple(warnings)


def _array_of(stack: Stack) -> np.ndarray:
    """(k, j, i): the slices at their numbers, and between them those that are missing."""
    array = np.empty((stack.depth, *stack.frames[0].shape), np.int16)
    for number, values in zip(stack.numbers, values_of(stack.frames), strict=True):
        array = array.astype(np.result_type(array, values), copy=False)
        array[number] = values
    there = np.array(stack.numbers)
    for number in stack.missing:
        below, above = there[there < number].max(), there[there > number].min()
        part = (number - below) / (above - below)
        between = (1 - part) * array[below] + part * array[above]
        array[number] = np.rint(between) if array.dtype.kind in "iu" else between
    return array


def _printable(text: str) -> str:
    """Without signs that could steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
