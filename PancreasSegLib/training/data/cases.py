"""Finding the training data: image/reference pairs, nnU-Net and MSD folders, loose slices."""

from __future__ import annotations

import glob
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.manifest import Modality
from PancreasSegLib.training.data.csv_rows import read_rows
from PancreasSegLib.training.recipe.config import OrganSource, SliceSource, VolumeSource

INDEX_COLUMNS = ("name", "modality", "patient", "grey")


@dataclass(frozen=True)
class Case:
    """A 3D scan and its reference mask, as files.

    `label` is the pancreas's value or name in the reference; None where that has one label only.
    `organs` is the label map of other organs, where there is one, with their values in the order of
    the classes. `rows_flipped`, `modality` and `training_only`: see `VolumeSource`.
    """

    name: str
    image: Path
    reference: Path
    label: int | str | None = None
    organs: Path | None = None
    organ_labels: tuple[int, ...] = ()
    rows_flipped: bool = False
    modality: Modality | None = None
    training_only: bool = False

    @property
    def files(self) -> list[Path]:
        """All that the case is made of."""
        return [path for path in (self.image, self.reference, self.organs) if path is not None]


@dataclass(frozen=True)
class LooseSlice:
    """A single axial slice and its reference mask, as files; `grey` says what its levels mean."""

    name: str
    patient: str
    image: Path
    reference: Path
    grey: str

    @property
    def files(self) -> list[Path]:
        """All that the slice is made of."""
        return [self.image, self.reference]


def find_cases(source: VolumeSource, folder: Path) -> list[Case]:
    """The cases of `folder`, sorted by name.

    Raises `InputError` where there is none, where one lacks its image or its reference, and where
    `dataset.json` lists several labels none of which is called pancreas, and `source` names none.
    """
    if not folder.is_dir():
        raise InputError(
            f"The data folder {folder} does not exist; correct it in the configuration."
        )
    dataset = folder / "dataset.json"
    if dataset.is_file():
        cases = listed_cases(dataset, source.label)
    else:
        cases = _paired_cases(source, folder)
    if source.organs is not None:
        cases = [_with_organs(case, source.organs, folder) for case in cases]
    cases = [
        replace(case, modality=source.modality, training_only=source.training_only)
        for case in cases
    ]
    for case in cases:
        _refuse_missing(case.name, case.files)
    return sorted(cases, key=lambda case: case.name)


def _with_organs(case: Case, organs: OrganSource, folder: Path) -> Case:
    path = folder / organs.file.replace("{case}", case.name)
    return replace(case, organs=path, organ_labels=tuple(organs.labels.values()))


def _paired_cases(source: VolumeSource, folder: Path) -> list[Case]:
    images, references = (
        files_by_case(folder, source.image),
        files_by_case(folder, source.reference),
    )
    complete = images.keys() & references.keys()
    if not complete:
        raise InputError(
            f"{folder} holds no pair of image '{source.image}' and reference"
            f" '{source.reference}'; correct the patterns in the configuration."
        )
    # The pattern {case}.nii.gz takes in ct_1_label.nii.gz beside ct_1.nii.gz, and ct_1_organs.
    takes_in_others = not {*images.values()}.isdisjoint(references.values())
    for name in sorted(images.keys() ^ references.keys()):
        if not (takes_in_others and _belongs_to_one_of(complete, name)):
            missing = "reference" if name in images else "image"
            raise InputError(
                f"The case {name} in {folder} has no {missing}; add it, or move the case away."
            )
    return complete_pairs(source, folder)


def complete_pairs(source: VolumeSource, folder: Path) -> list[Case]:
    """The cases of `folder` that have an image and a reference, by the source's patterns."""
    images = files_by_case(folder, source.image)
    references = files_by_case(folder, source.reference)
    return [
        Case(name, images[name], references[name], source.label, rows_flipped=source.rows_flipped)
        for name in images.keys() & references.keys()
    ]


def files_by_case(folder: Path, pattern: str) -> dict[str, Path]:
    """The files of `folder` of the pattern, by what stands in the place of `{case}`."""
    before, after = pattern.split("{case}")
    files = {}
    for path in folder.glob(f"{glob.escape(before)}*{glob.escape(after)}"):
        name = path.relative_to(folder).as_posix()[len(before) :].removesuffix(after)
        if not name.startswith("."):  # "._scan.nii.gz" is what macOS leaves in archives
            files[name] = path
    return files


def _belongs_to_one_of(cases: Iterable[str], name: str) -> bool:
    """True for `ct_1_label` beside the case `ct_1`."""
    return any(name.startswith(case) and not name[len(case)].isalnum() for case in cases)


def listed_cases(dataset: Path, label: int | str | None) -> list[Case]:
    """The training cases of a `dataset.json`: MSD lists files, nnU-Net (v2) only their ending.

    `label` is what the configuration names.
    """
    try:
        content: dict[str, Any] = json.loads(dataset.read_text(encoding="utf-8"))
        if "training" in content:
            pairs = [(Path(pair["image"]), Path(pair["label"])) for pair in content["training"]]
            cases = [Case(_without_ending(i.name), i, reference) for i, reference in pairs]
        else:
            cases = _nnunet_cases(dataset.parent, content["file_ending"])
    except ValueError as error:
        raise InputError(f"{dataset} is not a JSON file ({error}); correct it.") from None
    except (KeyError, TypeError):
        raise InputError(
            f"{dataset} names its scans neither under 'training', as image and label each, nor by"
            " 'file_ending'; correct it."
        ) from None
    if not cases:
        raise InputError(f"{dataset} names no training case; correct it.")
    for name, count in Counter(case.name for case in cases).items():
        if count > 1:
            raise InputError(
                f"{dataset} names {count} scans '{name}'; give each file a name of its own."
            )
    folder, value = dataset.parent, _pancreas(dataset, content.get("labels", {}), label)
    return [Case(c.name, folder / c.image, folder / c.reference, value) for c in cases]


def _without_ending(name: str) -> str:
    """The file name's part before .nii.gz and the like; it may have dots itself."""
    for ending in (".nii.gz", ".nii", ".nrrd", ".mha"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name.split(".")[0]


def _pancreas(dataset: Path, labels: Any, label: int | str | None) -> int | str | None:
    """Which label is the pancreas, by the names that `labels` of `dataset.json` gives.

    nnU-Net has values by name, MSD names by value. None where there is but one label.
    """
    try:
        values = {
            str(name): int(value)
            for name, value in labels.items()
            if not str(name).isdecimal() and not isinstance(value, list)
        } or {str(name): int(value) for value, name in labels.items()}
    except (AttributeError, TypeError, ValueError):
        raise InputError(
            f"{dataset} has 'labels' that are {labels!r}; they must be names with a whole number"
            " each."
        ) from None
    if label is not None:
        return values.get(str(label), label)
    named = {name: value for name, value in values.items() if value != 0}
    called = [value for name, value in named.items() if name.lower() == "pancreas"]
    if len(named) > 1 and not called:
        told = ", ".join(f"{value} ({name})" for name, value in named.items())
        raise InputError(
            f"{dataset} has several labels ({told}), and none is called pancreas; name one with"
            " 'label' in the configuration's volumes."
        )
    return called[0] if len(named) > 1 else None


def _nnunet_cases(folder: Path, ending: str) -> list[Case]:
    images = files_by_case(folder, f"imagesTr/{{case}}_0000{ending}")
    references = files_by_case(folder, f"labelsTr/{{case}}{ending}")
    return [
        Case(name, Path(f"imagesTr/{name}_0000{ending}"), Path(f"labelsTr/{name}{ending}"))
        for name in images.keys() | references.keys()
    ]


def find_loose_slices(source: SliceSource, folder: Path) -> list[LooseSlice]:
    """The slices of the source's modality in `folder/index.csv`, in its order.

    Raises `InputError` where the index or a file that it names is missing, or where a grey-level
    meaning has no mapping.
    """
    index = folder / "index.csv"
    if not index.is_file():
        raise InputError(f"There is no {index}; loose slices need it.")
    # "MR T1" is MR, too.
    return [
        _loose_slice(row, source, index)
        for row in read_rows(index, INDEX_COLUMNS)
        if row["modality"].split(" ")[0] == source.modality
    ]


def _loose_slice(row: dict[str, str], source: SliceSource, index: Path) -> LooseSlice:
    if row["grey"] not in source.grey:
        raise InputError(f"{index}: no mapping for '{row['grey']}'; add it under grey.")
    image, reference = (index.parent / part / f"{row['name']}.png" for part in ("images", "masks"))
    _refuse_missing(row["name"], (image, reference))
    return LooseSlice(row["name"], row["patient"], image, reference, row["grey"])


def _refuse_missing(name: str, paths: Iterable[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise InputError(f"The case {name} lacks {path}; add the file, or take the case out.")
