"""How a folder of scans and references is laid out, told by its file names."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.cases import files_by_case
from PancreasSegLib.training.recipe.config import VolumeSource

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha")
BESIDE = ("_pancreas", "_label", "-label", "_mask", "_seg", "_segmentation")
"""What a reference's name has after its scan's, in the same folder."""
FOLDERS = (("imagesTr", "labelsTr"), ("images", "labels"), ("images", "masks"))


def volume_source(folder: Path, label: int | str | None = None) -> VolumeSource:
    """The scans and references of `folder`: by a `dataset.json`, else by their names.

    Known are NAME.nii.gz with NAME_label.nii.gz (or BESIDE's other words) beside it, NAME.nrrd with
    NAME.seg.nrrd, and FOLDERS with files of the same names, all in any of ENDINGS. `label` names
    the pancreas in references with several labels. Raises `InputError` where there is none of
    these, or several.
    """
    source = VolumeSource(str(folder.resolve()), label=label)
    if (folder / "dataset.json").is_file():
        return source
    found = [pair for pair in _patterns() if _has_pairs(folder, *pair)]
    if not found:
        raise InputError(
            f"{folder} holds no scans with references that can be told by their names; name them"
            " scan1.nii.gz and scan1_label.nii.gz, and so on, or put them into the folders images"
            " and labels under the same names."
        )
    if len(found) > 1:
        told = " and ".join(f"{image} with {reference}" for image, reference in found)
        raise InputError(
            f"{folder} holds scans with several kinds of references, {told}; move all but one kind"
            " away."
        )
    (image, reference) = found[0]
    return VolumeSource(str(folder.resolve()), image, reference, label)


def _patterns() -> list[tuple[str, str]]:
    """Every known pair of names of a scan and its reference."""
    pairs = [("{case}.nrrd", "{case}.seg.nrrd")]
    for ending in ENDINGS:
        pairs += [(f"{{case}}{ending}", f"{{case}}{word}{ending}") for word in BESIDE]
        pairs += [(f"{i}/{{case}}{ending}", f"{r}/{{case}}{ending}") for i, r in FOLDERS]
    return pairs


def _has_pairs(folder: Path, image: str, reference: str) -> bool:
    return bool(files_by_case(folder, image).keys() & files_by_case(folder, reference).keys())
