"""Public data sets, recognised by how they lie on disk after their download.

- NIH Pancreas-CT (TCIA, doi 10.7937/K9/TCIA.2016.tNB1kqBU): PANCREAS_0001 and so on, a DICOM series
  in each, and label0001.nii.gz and so on in a folder of their own, whose headers say nothing and
  whose rows are flipped against the DICOM.
- MSD Task07_Pancreas and AMOS: a `dataset.json` that lists pairs and names the labels.
- BTCV (Synapse, multi-atlas abdomen): img/img0001.nii.gz and label/label0001.nii.gz, 11: pancreas.
- TotalSegmentator: s0001/ct.nii.gz, and one mask file per organ in s0001/segmentations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.cases import files_by_case
from PancreasSegLib.training.data.layout import volume_source
from PancreasSegLib.training.recipe.config import VolumeSource

BTCV_PANCREAS = 11
WITHDRAWN = ("0025", "0070")
"""Scans of NIH Pancreas-CT that TCIA took back in its second version: duplicates of another."""

DEPTHS = ("", "*/", "*/*/", "*/*/*/")
"""So deep archives and download managers put a set into the folder that is given."""


@dataclass(frozen=True)
class PublicSet:
    """A set as it was found. `names` are all case names that the whole set has, where it is known
    to the check; `kind` is its title."""

    kind: str
    source: VolumeSource
    names: frozenset[str] = frozenset()


def recognise(folder: Path, label: int | str | None = None) -> PublicSet:
    """The set in `folder`; a plain folder of scans and references is one, too.

    `label` names the pancreas where a plain folder's references have several labels. Raises
    `InputError` where there is nothing that can be told, and what `volume_source` raises.
    """
    if not folder.is_dir():
        raise InputError(f"The data folder {folder} does not exist; check the path.")
    return _nih(folder) or _btcv(folder) or _total_segmentator(folder) or _other(folder, label)


def _nih(folder: Path) -> PublicSet | None:
    images = _common_folder(folder, "PANCREAS_[0-9][0-9][0-9][0-9]")
    if images is None:
        return None
    references = _common_folder(folder, "label[0-9][0-9][0-9][0-9].nii.gz")
    if references is None:
        raise InputError(
            f"{folder} has the scans of NIH Pancreas-CT but not their references; put the folder"
            " with label0001.nii.gz and so on (TCIA_pancreas_labels) beside them."
        )
    source = VolumeSource(
        str(folder.resolve()),
        f"{images}PANCREAS_{{case}}",
        f"{references}label{{case}}.nii.gz",
        rows_flipped=True,
    )
    numbers = {f"{number:04d}" for number in range(1, 83)}
    return PublicSet("NIH Pancreas-CT", source, frozenset(numbers - {*WITHDRAWN}))


def _btcv(folder: Path) -> PublicSet | None:
    images = _common_folder(folder, "img/img[0-9][0-9][0-9][0-9].nii.gz")
    if images is None:
        return None
    parent = images.removesuffix("img/")
    source = VolumeSource(
        str(folder.resolve()),
        f"{images}img{{case}}.nii.gz",
        f"{parent}label/label{{case}}.nii.gz",
        BTCV_PANCREAS,
    )
    numbers = {f"{number:04d}" for number in (*range(1, 11), *range(21, 41))}
    return PublicSet("BTCV", source, frozenset(numbers))


def _total_segmentator(folder: Path) -> PublicSet | None:
    if not any(folder.glob("*/segmentations/*.nii.gz")):
        return None
    source = VolumeSource(
        str(folder.resolve()), "{case}/ct.nii.gz", "{case}/segmentations/pancreas.nii.gz"
    )
    return PublicSet("TotalSegmentator", source)


def _other(folder: Path, label: int | str | None) -> PublicSet:
    source = volume_source(folder, label)
    dataset = folder / "dataset.json"
    if not dataset.is_file():
        return PublicSet("A folder of scans and references", source)
    name = _name_of(dataset)
    if "amos" in name.lower():
        return PublicSet("AMOS", source)
    if name.lower() == "pancreas":
        return PublicSet("MSD Task07_Pancreas", source)
    return PublicSet("A data set with a dataset.json", source)


def _name_of(dataset: Path) -> str:
    try:
        return str(json.loads(dataset.read_text(encoding="utf-8")).get("name", ""))
    except (ValueError, AttributeError):
        raise InputError(f"{dataset} is not a JSON file of a data set; get it again.") from None


def _common_folder(folder: Path, pattern: str) -> str | None:
    """Where in `folder` what has the pattern's name lies, with a slash at its end; None if nowhere.

    Raises `InputError` where it lies in several places.
    """
    for depth in DEPTHS:
        found = {
            path.relative_to(folder).parent.as_posix() for path in folder.glob(depth + pattern)
        }
        if len(found) > 1:
            raise InputError(
                f"{folder} holds the same set more than once, in {' and '.join(sorted(found))};"
                " move all but one away."
            )
        if found:
            (place,) = found
            return "" if place == "." else f"{place}/"
    return None


def odd_names(found: PublicSet) -> Iterator[str]:
    """A sentence for each thing that is wrong with the names of a set: too few, or too many."""
    folder, source = Path(found.source.folder), found.source
    if (folder / "dataset.json").is_file():
        return  # it lists what there must be
    of_references = files_by_case(folder, source.reference)
    # The pattern {case}.nii.gz of scans takes in scan1_label.nii.gz, too.
    taken, references = set(of_references.values()), set(of_references)
    of_images = files_by_case(folder, source.image)
    images = {name for name, path in of_images.items() if path not in taken}
    for name in sorted(images - references):
        yield f"{name} has a scan but no reference."
    for name in sorted(references - images):
        yield f"{name} has a reference but no scan."
    missing = sorted(found.names - images - references)
    if missing:
        yield f"{len(missing)} of {len(found.names)} cases are missing: {_listed(missing)}."
    if found.kind == "NIH Pancreas-CT":
        for name in sorted({*WITHDRAWN} & images):
            yield (
                f"{name} was withdrawn by TCIA as a duplicate of another scan; move it away, so"
                " that no patient is in two folds."
            )


def _listed(names: list[str], most: int = 10) -> str:
    more = "" if len(names) <= most else f" and {len(names) - most} more"
    return ", ".join(names[:most]) + more


def is_mri(found: PublicSet, name: str) -> bool:
    """True for the MRI scans that AMOS has among its CT: those with numbers above 500."""
    number = re.fullmatch(r"amos_(\d+)", name)
    return found.kind == "AMOS" and number is not None and int(number[1]) > 500
