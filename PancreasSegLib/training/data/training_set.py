"""The training set on the model's grid: scans windowed and resampled once, kept in a cache."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.segmenter.window import windowed_on_grid
from PancreasSegLib.training.data.cache import cached
from PancreasSegLib.training.data.cases import Case, LooseSlice, find_cases, find_loose_slices
from PancreasSegLib.training.data.patients import read_patients, scans_of
from PancreasSegLib.training.data.picture import read_picture
from PancreasSegLib.training.data.references import read_reference
from PancreasSegLib.training.data.stack import Stack, Stored
from PancreasSegLib.training.data.tissues import CT_WINDOW, MADE_BY, tissues
from PancreasSegLib.training.recipe.config import Data, GreyMapping, SliceSource, TrainingConfig
from PancreasSegLib.volume import Volume, patient_grid, read_volume, resample
from PancreasSegLib.volume.scan_files import scan_files


@dataclass(frozen=True)
class TrainingSet:
    """The stacks of a run: what is trained on, what validates, and the files that are held out.

    `patients` are those of the loose slices that are trained on.
    """

    training: tuple[Stack, ...]
    validation: tuple[Stack, ...]
    held_out: tuple[Case, ...]
    patients: frozenset[str] = frozenset()

    @property
    def together(self) -> tuple[Stack, ...]:
        """Training and validation subset, as the paper's second phase trains on them."""
        return self.training + self.validation


def load_training_set(
    config: TrainingConfig, tell: Callable[[str, float], None] = lambda name, fraction: None
) -> TrainingSet:
    """Read all data of `config`, through its cache. `tell(name, fraction)` hears of each case.

    A loose slice of a patient of whom a scan validates or is held out is not trained on, nor is a
    scan for training only.
    Raises `InputError` for data that is missing, named twice or cannot be read, and where scans of
    one patient have different parts.
    """
    data, cache = config.data, config.path(config.data.cache)
    cases, patient_of = find_scans(config), patient_of_each_scan(config)
    _refuse_unknown(config, cases)
    _refuse_parted_patients(data, scans_to_measure(config))
    aside = {patient_of.get(name, name) for name in _kept_aside(data)}
    found = [(s, item) for s in data.slices for item in _all_slices(s, config)]
    slices = [(s, item) for s, item in found if item.patient not in aside]
    _refuse_repeated([*(case.name for case in cases), *(item.name for _, item in slices)])
    make_folder(cache)
    kept = [
        case
        for case in cases
        if case.name not in data.held_out
        and not (case.training_only and patient_of[case.name] in aside)
    ]
    stacks: dict[str, Stack] = {}
    for number, case in enumerate(kept):
        tell(case.name, number / len(kept))
        stacks[case.name] = cached_scan(case, data, cache)
    loose = [_loose_slice(item, source, data, cache) for source, item in slices]
    validation = tuple(stacks.pop(name) for name in data.validation)
    held_out = tuple(case for case in cases if case.name in data.held_out)
    patients = frozenset(item.patient for _, item in slices)
    return TrainingSet((*stacks.values(), *loose), validation, held_out, patients)


def find_scans(config: TrainingConfig) -> list[Case]:
    """The scans of `config` by name, as files; those that validate or are held out too."""
    cases = [c for s in config.data.volumes for c in find_cases(s, config.path(s.folder))]
    return sorted(cases, key=lambda case: case.name)


def scans_to_measure(config: TrainingConfig) -> dict[str, str]:
    """The patient of each scan of `config` that is not for training only."""
    patient_of = patient_of_each_scan(config)
    return {c.name: patient_of[c.name] for c in find_scans(config) if not c.training_only}


def patient_of_each_scan(config: TrainingConfig) -> dict[str, str]:
    """The patient of each scan of `config`; raises what `read_patients` raises."""
    patient_of: dict[str, str] = {}
    for source in config.data.volumes:
        folder = config.path(source.folder)
        patient_of |= read_patients(folder, [case.name for case in find_cases(source, folder)])
    return patient_of


def names_of_held_out(config: TrainingConfig) -> set[str]:
    """All by which what is held out may be known: its scans, their patients, and whose they are."""
    patient_of = patient_of_each_scan(config)
    patients = {patient_of.get(name, name) for name in config.data.held_out}
    return {*config.data.held_out, *patients, *scans_of(patients, patient_of)}


def _all_slices(source: SliceSource, config: TrainingConfig) -> list[LooseSlice]:
    return find_loose_slices(source, config.path(source.folder))


def _kept_aside(data: Data) -> tuple[str, ...]:
    return (*data.validation, *data.held_out)


def _refuse_unknown(config: TrainingConfig, cases: Iterable[Case]) -> None:
    for case in cases:
        if _is_drawn(case, config.data) and case.name in _kept_aside(config.data):
            raise InputError(
                f"The scan '{case.name}' is of another modality than the model: it can be trained"
                " on and nothing else; take it out of validation and held_out."
            )
        if case.training_only and case.name in _kept_aside(config.data):
            raise InputError(
                f"The scan '{case.name}' is for training only; take it out of validation and"
                " held_out: it is not trained on where another scan of its patient is named there."
            )
    scans = {case.name for case in cases}
    patients = {item.patient for s in config.data.slices for item in _all_slices(s, config)}
    for name in sorted(patients.intersection(config.data.validation)):
        raise InputError(
            f"'{name}' is a patient of loose slices, and only scans can validate; name it in"
            " held_out instead."
        )
    for name in _kept_aside(config.data):
        if name not in scans | patients:
            raise InputError(
                f"The configuration names the case '{name}', which is not in the data; correct it."
            )


def _refuse_parted_patients(data: Data, patient_of: Mapping[str, str]) -> None:
    """A model that was trained or selected by a patient's scan knows the others of that patient."""
    parts = dict.fromkeys(data.held_out, "held_out")
    parts |= dict.fromkeys(data.validation, "validation")
    first: dict[str, str] = {}
    for scan, patient in sorted(patient_of.items()):
        other = first.setdefault(patient, scan)
        if parts.get(scan) != parts.get(other):
            raise InputError(
                f"{other} and {scan} are scans of one patient, {patient}, so that both are to be"
                " trained on, to validate, or to be held out; name both, or neither."
            )


def _refuse_repeated(names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise InputError(
                f"The data holds {count} cases of the name '{name}'; give each a name of its own."
            )


def cached_scan(case: Case, data: Data, cache: Path) -> Stack:
    """A scan on the training grid, made once and kept in `cache`; raises `InputError`."""
    made_from: list[Any] = [_files(case), case.label, asdict(data.window), data.spacing_mm]
    made_from += [case.organ_labels] if case.organ_labels else []
    made_from += ["rows flipped"] if case.rows_flipped else []
    made_from += [MADE_BY] if _is_drawn(case, data) else []
    return cached(cache, case.name, made_from, partial(_read_scan, case, data))


def _loose_slice(item: LooseSlice, source: SliceSource, data: Data, cache: Path) -> Stack:
    made_from: list[Any] = [_files(item), asdict(data.window), data.spacing_mm]
    made_from += [source.spacing_mm, asdict(source.grey[item.grey])]
    return cached(cache, item.name, made_from, partial(_read_loose_slice, item, source, data))


def _files(item: Case | LooseSlice) -> list[tuple[str, int]]:
    files = [file for path in item.files for file in scan_files(path).values()]
    return [(str(file), file.stat().st_mtime_ns) for file in files]


def _read_scan(case: Case, data: Data) -> Stack:
    scan = read_volume(case.image)
    mask = read_reference(case, scan)
    if not mask.grid.is_same_as(scan.grid):
        raise InputError(f"{case.reference} is not on the grid of {case.image}; correct the pair.")
    drawn = _is_drawn(case, data)
    seen = replace(data, window=CT_WINDOW) if drawn else data
    stack = replace(_on_training_grid(case.name, scan, mask, seen), stored=_stored(scan))
    if case.organs is not None:
        labels = read_volume(case.organs)
        if not labels.grid.is_same_as(scan.grid):
            raise InputError(f"{case.organs} is not on the grid of {case.image}; correct the pair.")
        stack = replace(stack, organs=_organ_classes(labels, case.organ_labels, data))
    return _with_tissues(stack, case) if drawn else stack


def _with_tissues(stack: Stack, case: Case) -> Stack:
    found = tissues(stack.image, stack.classes)
    if stack.mask.any() and not found[stack.mask > 0].any():
        raise InputError(
            f"The pancreas of {case.image} is as dark as air, so its values are not in Hounsfield"
            " units; convert the scan, or leave it out."
        )
    return replace(stack, tissues=found)


def _is_drawn(case: Case, data: Data) -> bool:
    """Whether its grey values are drawn anew: a CT among the data of a model for MR."""
    return case.modality is not None and case.modality != data.modality


def _organ_classes(labels: Volume, values: Sequence[int], data: Data) -> np.ndarray:
    """The class of each voxel of the training grid that belongs to another organ, else 0; uint8."""
    grid = patient_grid(labels.grid, data.spacing_mm)
    classes = np.zeros(grid.shape, np.uint8)
    for number, value in enumerate(values, start=2):
        share = resample(labels.with_array(labels.array == value), grid, outside=0.0).array
        classes[share >= 0.5] = number
    return classes


def _stored(scan: Volume) -> Stored:
    i, j, k = (round(float(length), 4) for length in scan.grid.spacing)
    size = scan.grid.shape[::-1]
    return Stored(size, (i, j, k), (float(scan.array.min()), float(scan.array.max())))


def _on_training_grid(name: str, scan: Volume, mask: Volume, data: Data) -> Stack:
    grid = patient_grid(scan.grid, data.spacing_mm)
    image = windowed_on_grid(scan, data.window, grid).array
    share = resample(mask, grid, outside=0.0).array
    return Stack(name, np.rint(image * 255).astype(np.uint8), (share >= 0.5).astype(np.uint8))


def _read_loose_slice(item: LooseSlice, source: SliceSource, data: Data) -> Stack:
    grey, mask = read_picture(item.image), read_picture(item.reference)
    if grey.shape != mask.shape:
        raise InputError(f"{item.reference} has another size than {item.image}; correct the pair.")
    # A scan of one slice; radiological view is the view along the patient's own axes.
    affine = np.diag([source.spacing_mm, source.spacing_mm, data.spacing_mm[2], 1.0])
    scan = Volume(to_hu(grey, source.grey[item.grey])[None], affine)
    reference = Volume((mask > 0)[None].astype(np.uint8), affine)
    return replace(_on_training_grid(item.name, scan, reference, data), loose=True)


def to_hu(grey: np.ndarray, mapping: GreyMapping) -> np.ndarray:
    """Grey levels 0 to 255 of a loose slice as assumed HU, float32."""
    hu = mapping.low + grey.astype(np.float32) * (mapping.high - mapping.low) / 255
    hu = hu.astype(np.float32)
    if mapping.black_is is not None:
        hu[grey == 0] = mapping.black_is
    return hu
