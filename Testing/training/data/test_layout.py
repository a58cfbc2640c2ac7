"""Where scans and references lie in a folder, told by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.cases import find_cases
from PancreasSegLib.training.data.layout import volume_source
from Testing.sentences import assert_tells


def with_files(folder: Path, *names: str) -> Path:
    """Empty files: only their names are looked at."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


@pytest.mark.parametrize(
    ("names", "cases"),
    [
        (["a.nii.gz", "a_label.nii.gz", "b.nii.gz", "b_label.nii.gz"], ["a", "b"]),
        (["ct_1.nii.gz", "ct_1_pancreas.nii.gz", "ct_1_organs.nii.gz"], ["ct_1"]),
        (["x.nrrd", "x.seg.nrrd"], ["x"]),
        (["x.mha", "x-label.mha"], ["x"]),
        (["images/p 1.nii", "labels/p 1.nii"], ["p 1"]),
        (["imagesTr/a.nii.gz", "labelsTr/a.nii.gz"], ["a"]),
    ],
)
def test_usual_names_are_known(names: list[str], cases: list[str], tmp_path: Path) -> None:
    folder = with_files(tmp_path / "scans", *names)

    found = find_cases(volume_source(folder), folder)

    assert [case.name for case in found] == cases
    assert [case.image for case in found] == [folder / name for name in names[::2]][: len(cases)]


def test_a_dataset_json_goes_before_names(tmp_path: Path) -> None:
    folder = with_files(tmp_path, "a.nii.gz", "a_label.nii.gz", "dataset.json")

    source = volume_source(folder, label="pancreas")

    assert (source.folder, source.label) == (str(folder.resolve()), "pancreas")
    assert source.reference == "{case}_label.nii.gz"  # as it is where nothing was told


def test_a_folder_without_pairs_is_told_how_to_name_them(tmp_path: Path) -> None:
    folder = with_files(tmp_path, "a.nii.gz", "b.nii.gz")

    with pytest.raises(InputError) as refusal:
        volume_source(folder)

    assert_tells(refusal.value, str(folder), "scan1_label.nii.gz", "images", "labels")


def test_two_kinds_of_references_are_not_chosen_between(tmp_path: Path) -> None:
    folder = with_files(tmp_path, "a.nii.gz", "a_label.nii.gz", "a_mask.nii.gz")

    with pytest.raises(InputError) as refusal:
        volume_source(folder)

    assert_tells(refusal.value, "{case}_label.nii.gz", "{case}_mask.nii.gz", "all but one")
