"""The folder of an experiment: its definition, its data and folds, and where its runs lie.

All that a run depends on is in it, so that any process that sees the folder can do the run.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.expansion import Run, all_runs
from PancreasSegLib.experiments.experiment import Experiment, Phantoms, read_experiment
from PancreasSegLib.experiments.folds import Fold, draw_folds
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.models.table import read_table
from PancreasSegLib.phantom import synthetic_ct
from PancreasSegLib.training.data.cases import Case, find_cases
from PancreasSegLib.training.data.fingerprint import files_sha256
from PancreasSegLib.training.data.patients import read_patients
from PancreasSegLib.training.data.public_sets import recognise
from PancreasSegLib.training.recipe.config import VolumeSource
from PancreasSegLib.volume import write_mask, write_volume

DEFINITION = "experiment.toml"
FOLDS = "folds.json"


@dataclass(frozen=True)
class Study:
    """An experiment with its data and folds, in `folder`.

    `data_sha256` is that of all scans and references; `command` began it. `patients` are each
    scan's patient, None in a study that was begun before they were kept.
    """

    folder: Path
    experiment: Experiment
    source: VolumeSource
    folds: tuple[Fold, ...]
    data_sha256: str
    command: str
    patients: dict[str, str] | None

    @property
    def definition(self) -> Path:
        """The experiment's definition, as it was when the study began."""
        return self.folder / DEFINITION

    @property
    def runs(self) -> dict[str, Run]:
        """All runs by their names."""
        return {run.name: run for run in all_runs(self.experiment)}

    def folder_of(self, run: Run) -> Path:
        """Where the run's checkpoints, models, masks and results lie."""
        return self.folder / "runs" / run.name

    @property
    def cases(self) -> dict[str, Case]:
        """All scans with their references, by name."""
        return {case.name: case for case in find_cases(self.source, Path(self.source.folder))}

    def measured(self, run: Run) -> list[Case]:
        """The scans that the run is measured on."""
        fold, cases = self.folds[run.fold], self.cases
        on_validation = self.experiment.measured_on == "validation"
        return [cases[name] for name in (fold.validation if on_validation else fold.held_out)]


def begin_study(definition: Path, data: Path | None, folder: Path, command: str) -> Study:
    """The study of the experiment `definition` in `folder`: begun now, or the one that is there.

    `data` are the scans, as `pancreasseg train --data` finds them. Raises `InputError` where the
    folder holds another experiment or other data, and where there is no data.
    """
    experiment = read_experiment(definition)
    folder = folder.resolve()
    if (folder / FOLDS).is_file():
        return _same_study(open_study(folder), definition, data)
    if data is None and experiment.phantoms is None:
        raise InputError(
            f"{definition.stem} has no scans of its own; give a folder with scans and references"
            " by --data."
        )
    make_folder(folder)
    with atomic_file(folder / DEFINITION) as unfinished:
        shutil.copyfile(definition, unfinished)
    if data is None:
        assert experiment.phantoms is not None
        data = folder / "phantoms"
        _make_phantoms(experiment.phantoms, data)
    source = recognise(data).source
    cases = find_cases(source, data)
    patients = read_patients(data, [case.name for case in cases])
    folds = draw_folds(patients, experiment.folds, experiment.validation, experiment.split_seed)
    content = {
        "command": command,
        "data": dataclasses.asdict(source),
        "data_sha256": files_sha256(cases),
        "patients": patients,
        "split_seed": experiment.split_seed,
        "folds": [dataclasses.asdict(fold) for fold in folds],
    }
    write_json(content, folder / FOLDS)
    return open_study(folder)


def open_study(folder: Path) -> Study:
    """The study in `folder`; raises `InputError` where there is none."""
    folder = folder.resolve()
    path = folder / FOLDS
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(
            f"{folder} holds no experiment; begin it with `pancreasseg experiment run`, or give its"
            " --output."
        ) from None
    except ValueError as error:
        raise InputError(f"{path} is not a JSON file ({error}); put it back.") from None
    try:
        return Study(
            folder,
            read_experiment(folder / DEFINITION),
            read_table(VolumeSource, content["data"], f"{path}, data"),
            tuple(read_table(Fold, fold, f"{path}, folds") for fold in content["folds"]),
            content["data_sha256"],
            content["command"],
            content.get("patients"),
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{path} lacks {error}; put it back.") from None


def _same_study(study: Study, definition: Path, data: Path | None) -> Study:
    before, now = (
        tomllib.loads(path.read_text(encoding="utf-8")) for path in (study.definition, definition)
    )
    if before != now:
        raise InputError(
            f"{study.folder} holds another experiment than {definition}; choose another --output,"
            " or delete that folder."
        )
    if data is not None and data.resolve() != Path(study.source.folder):
        raise InputError(
            f"{study.folder} holds this experiment on the scans in {study.source.folder}; choose"
            " another --output for other ones."
        )
    if files_sha256(list(study.cases.values())) != study.data_sha256:
        raise InputError(
            f"The scans in {study.source.folder} are no longer those of {study.folder}; put them"
            " back, or choose another --output."
        )
    return study


def _make_phantoms(phantoms: Phantoms, folder: Path) -> None:
    """Synthetic CTs, each of another seed, with their references; those that are there stay."""
    make_folder(folder)
    for seed in range(phantoms.count):
        scan, reference = (folder / f"phantom-{seed}{end}.nii.gz" for end in ("", "_label"))
        if not reference.is_file():
            phantom = synthetic_ct(seed, phantoms.spacing_mm)
            write_volume(phantom.image, scan)
            write_mask(phantom.pancreas, reference)
