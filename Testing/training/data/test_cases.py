"""Finding the training data in folders of each form."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from PancreasSegLib.training.data.cases import Case, LooseSlice, find_cases, find_loose_slices
from PancreasSegLib.training.recipe.config import GreyMapping, SliceSource, VolumeSource
from Testing.training.conftest import refused

PLAIN = VolumeSource("unused")
SLICES = SliceSource("unused", 0.8, {"HU": GreyMapping(-125, 275), "8-bit": GreyMapping(0, 255)})

Touch = Callable[..., Path]


@pytest.fixture
def touch(tmp_path: Path) -> Touch:
    """Makes empty files below a folder of their own: finding them reads nothing."""

    def touch(*names: str) -> Path:
        for name in names:
            path = tmp_path / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "data"

    return touch


def test_images_and_labels_of_a_folder_are_paired_by_name(touch: Touch) -> None:
    folder = touch("b.nii.gz", "b_label.nii.gz", "a.nii.gz", "a_label.nii.gz")

    assert find_cases(PLAIN, folder) == [
        Case("a", folder / "a.nii.gz", folder / "a_label.nii.gz"),
        Case("b", folder / "b.nii.gz", folder / "b_label.nii.gz"),
    ]


def test_other_files_of_a_case_and_those_of_macos_are_no_cases(touch: Touch) -> None:
    folder = touch("a.nii.gz", "a_label.nii.gz", "a_organs.nii.gz", "._a.nii.gz", "notes.txt")

    assert [case.name for case in find_cases(PLAIN, folder)] == ["a"]


def test_images_and_labels_may_lie_in_folders_of_their_own(touch: Touch) -> None:
    folder = touch("scans/a.nrrd", "masks/a.nrrd")
    source = VolumeSource("unused", "scans/{case}.nrrd", "masks/{case}.nrrd")

    assert find_cases(source, folder) == [
        Case("a", folder / "scans/a.nrrd", folder / "masks/a.nrrd")
    ]


def test_an_image_without_its_label_is_told(touch: Touch) -> None:
    folder = touch("case_1.nii.gz", "case_1_label.nii.gz", "case_10.nii.gz")

    with refused(f"The case case_10 in {folder} has no reference; add it, or move the case away."):
        find_cases(PLAIN, folder)


def test_an_image_without_its_label_is_told_also_where_its_name_begins_as_another_does(
    touch: Touch,
) -> None:
    folder = touch("images/p1.nii", "images/p1-late.nii", "labels/p1.nii")
    source = VolumeSource("unused", "images/{case}.nii", "labels/{case}.nii")

    with refused(f"The case p1-late in {folder} has no reference; add it, or move the case away."):
        find_cases(source, folder)


def test_a_label_without_its_image_is_told(touch: Touch) -> None:
    folder = touch("images/a.nii", "labels/a.nii", "labels/b.nii")

    with refused(f"The case b in {folder} has no image; add it, or move the case away."):
        find_cases(VolumeSource("unused", "images/{case}.nii", "labels/{case}.nii"), folder)


def test_patterns_that_fit_nothing_are_told(touch: Touch) -> None:
    folder = touch("a.mha", "a_label.mha")

    with refused(
        f"{folder} holds no pair of image '{{case}}.nii.gz' and reference"
        " '{case}_label.nii.gz'; correct the patterns in the configuration."
    ):
        find_cases(PLAIN, folder)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"

    with refused(f"The data folder {folder} does not exist; correct it in the configuration."):
        find_cases(PLAIN, folder)


def write_dataset(folder: Path, content: object) -> Path:
    (folder / "dataset.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "dataset.json"


def test_the_scans_of_an_msd_folder_are_those_that_it_lists(touch: Touch) -> None:
    folder = touch(
        *("imagesTr/pancreas_002.nii.gz", "labelsTr/pancreas_002.nii.gz"),
        *("imagesTr/pancreas_001.nii.gz", "labelsTr/pancreas_001.nii.gz"),
        *("imagesTr/unlisted.nii.gz", "imagesTs/pancreas_003.nii.gz"),
    )
    listed = [
        {"image": f"./imagesTr/pancreas_00{n}.nii.gz", "label": f"./labelsTr/pancreas_00{n}.nii.gz"}
        for n in (2, 1)
    ]
    write_dataset(folder, {"training": listed, "test": ["./imagesTs/pancreas_003.nii.gz"]})

    assert find_cases(PLAIN, folder) == [
        Case(name, folder / f"imagesTr/{name}.nii.gz", folder / f"labelsTr/{name}.nii.gz")
        for name in ("pancreas_001", "pancreas_002")
    ]


def test_the_scans_of_an_nnunet_folder_have_the_ending_that_it_names(touch: Touch) -> None:
    folder = touch(
        *("imagesTr/ct_2_0000.nrrd", "imagesTr/ct_1_0000.nrrd"),
        *("labelsTr/ct_2.nrrd", "labelsTr/ct_1.nrrd"),
    )
    write_dataset(folder, {"file_ending": ".nrrd", "numTraining": 2})

    assert find_cases(PLAIN, folder) == [
        Case("ct_1", folder / "imagesTr/ct_1_0000.nrrd", folder / "labelsTr/ct_1.nrrd"),
        Case("ct_2", folder / "imagesTr/ct_2_0000.nrrd", folder / "labelsTr/ct_2.nrrd"),
    ]


NNUNET = {"background": 0, "liver": 1, "pancreas": 2, "any organ": [1, 2]}
MSD = {"0": "background", "1": "pancreas", "2": "cancer"}
ORGANS = {"background": 0, "liver": 1, "spleen": 2}


@pytest.mark.parametrize(
    ("labels", "named", "taken"),
    [
        ({"background": 0, "pancreas": 1}, None, None),
        (NNUNET, None, 2),
        (NNUNET, "liver", 1),
        (MSD, None, 1),
        (MSD, 2, 2),
        (MSD, "cancer", 2),
        (ORGANS, 2, 2),
        ({}, None, None),
    ],
)
def test_a_dataset_says_which_label_is_the_pancreas_unless_the_configuration_does(
    labels: dict[str, Any], named: int | str | None, taken: int | None, touch: Touch
) -> None:
    folder = touch("imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    write_dataset(folder, {"file_ending": ".nii.gz", "labels": labels})

    (case,) = find_cases(VolumeSource("unused", label=named), folder)

    assert case.label == taken


def test_a_dataset_with_several_labels_and_no_pancreas_is_refused_with_their_names(
    touch: Touch,
) -> None:
    folder = touch("imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    dataset = write_dataset(folder, {"file_ending": ".nii.gz", "labels": ORGANS})

    with refused(f"{dataset} has several labels (1 (liver), 2 (spleen)), and none is called"):
        find_cases(PLAIN, folder)


@pytest.mark.parametrize("labels", [["pancreas"], {"pancreas": "one"}, 3])
def test_labels_of_a_dataset_that_are_none_are_told(labels: Any, touch: Touch) -> None:
    folder = touch("imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz")
    dataset = write_dataset(folder, {"file_ending": ".nii.gz", "labels": labels})

    with refused(f"{dataset} has 'labels' that are {labels!r}; they must be names with a whole"):
        find_cases(PLAIN, folder)


def test_a_file_that_a_dataset_lacks_is_named(touch: Touch) -> None:
    folder = touch("imagesTr/ct_1_0000.nii.gz")
    write_dataset(folder, {"file_ending": ".nii.gz"})

    label = folder / "labelsTr" / "ct_1.nii.gz"
    with refused(f"The case ct_1 lacks {label}; add the file, or take the case out."):
        find_cases(PLAIN, folder)


def test_names_in_a_dataset_may_have_dots_but_not_be_twice(touch: Touch) -> None:
    files = [f"{part}Tr/scan.{n}.nii.gz" for part in ("images", "labels") for n in (1, 2)]
    folder = touch(*files, "imagesTr/more/scan.1.nii.gz")
    listed = [
        {"image": f"imagesTr/scan.{n}.nii.gz", "label": f"labelsTr/scan.{n}.nii.gz"} for n in (1, 2)
    ]
    dataset = write_dataset(folder, {"training": listed})
    assert [case.name for case in find_cases(PLAIN, folder)] == ["scan.1", "scan.2"]

    listed[1]["image"] = "imagesTr/more/scan.1.nii.gz"
    write_dataset(folder, {"training": listed})
    with refused(f"{dataset} names 2 scans 'scan.1'; give each file a name of its own."):
        find_cases(PLAIN, folder)


@pytest.mark.parametrize("content", [{}, [], {"training": ["a.nii.gz"]}, {"training": 3}])
def test_a_dataset_of_another_form_is_told(touch: Touch, content: object) -> None:
    dataset = write_dataset(touch("a.nii.gz"), content)

    with refused(
        f"{dataset} names its scans neither under 'training', as image and label each, nor by"
        " 'file_ending'; correct it."
    ):
        find_cases(PLAIN, dataset.parent)


def test_a_dataset_that_is_no_json_is_told(touch: Touch) -> None:
    folder = touch("dataset.json")

    with refused(f"{folder / 'dataset.json'} is not a JSON file (Expecting value"):
        find_cases(PLAIN, folder)


def test_a_dataset_without_any_case_is_told(touch: Touch) -> None:
    dataset = write_dataset(touch("a.nii.gz"), {"training": []})

    with refused(f"{dataset} names no training case; correct it."):
        find_cases(PLAIN, dataset.parent)


def write_index(folder: Path, *rows: str, header: str = "name,modality,patient,grey") -> Path:
    index = folder / "index.csv"
    index.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return index


def test_the_loose_slices_of_the_modality_come_from_the_index(touch: Touch) -> None:
    folder = touch("images/s1.png", "masks/s1.png", "images/s3.png", "masks/s3.png")
    write_index(folder, "s1,CT,p1,HU", "s2,MR,p2,none", "s3,CT,p1,8-bit")

    assert find_loose_slices(SLICES, folder) == [
        LooseSlice("s1", "p1", folder / "images/s1.png", folder / "masks/s1.png", "HU"),
        LooseSlice("s3", "p1", folder / "images/s3.png", folder / "masks/s3.png", "8-bit"),
    ]


def test_loose_slices_of_mr_may_name_their_contrast(touch: Touch) -> None:
    folder = touch("images/s1.png", "masks/s1.png", "images/s2.png", "masks/s2.png")
    write_index(folder, "s1,MR T1,p1,HU", "s2,MR T2,p2,HU", "s3,CT,p3,HU")

    found = find_loose_slices(dataclasses.replace(SLICES, modality="MR"), folder)

    assert [item.name for item in found] == ["s1", "s2"]


def test_grey_levels_without_a_mapping_are_told(touch: Touch) -> None:
    index = write_index(touch("images/s1.png", "masks/s1.png"), "s1,CT,p1,unheard of")

    with refused(f"{index}: no mapping for 'unheard of'; add it under grey."):
        find_loose_slices(SLICES, index.parent)


def test_a_picture_that_the_index_names_and_that_is_not_there_is_told(touch: Touch) -> None:
    index = write_index(touch("images/s1.png"), "s1,CT,p1,HU")

    mask = index.parent / "masks" / "s1.png"
    with refused(f"The case s1 lacks {mask}; add the file, or take the case out."):
        find_loose_slices(SLICES, index.parent)


def test_a_missing_index_or_column_is_told(touch: Touch) -> None:
    folder = touch("images/s1.png")

    with refused(f"There is no {folder / 'index.csv'}; loose slices need it."):
        find_loose_slices(SLICES, folder)

    index = write_index(folder, "s1,CT,HU", header="name,modality,grey")
    with refused(f"{index} lacks the column 'patient'; add it."):
        find_loose_slices(SLICES, folder)
