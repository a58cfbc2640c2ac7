"""The fingerprint of the data: the same wherever the files lie, another for any other data."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.training.data.fingerprint import data_fingerprint
from PancreasSegLib.training.recipe.config import read_config
from PancreasSegLib.volume import read_mask, write_mask
from Testing.training.data.test_training_set import FOR_MR, WITH_SLICES, write_slice
from Testing.volume.dicom.dicom_files import ct_series, even, write

Write = Callable[..., Path]


def fingerprint(path: Path) -> dict[str, Any]:
    return data_fingerprint(read_config(path))


def test_it_names_the_scans_and_is_the_same_for_each_fold_and_in_another_folder(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    own = fingerprint(write_config())
    shutil.copytree(scans, tmp_path / "copy")

    assert own["scans"] == ["a", "b", "c"]
    assert fingerprint(write_config(('held_out = ["c"]', 'held_out = ["a"]'))) == own
    assert fingerprint(write_config(('folder = "scans"', 'folder = "copy"'))) == own


@pytest.mark.parametrize("name", ["b.nii.gz", "b_label.nii.gz"])
def test_another_scan_or_reference_of_the_same_name_is_other_data(
    name: str, scans: Path, write_config: Write
) -> None:
    own = fingerprint(write_config())
    mask = read_mask(scans / "b_label.nii.gz")
    write_mask(mask.with_array(np.roll(mask.array, 1, axis=0)), scans / name)

    assert fingerprint(write_config()) != own


def test_one_scan_less_is_other_data(scans: Path, write_config: Write) -> None:
    own = fingerprint(write_config())
    for path in scans.glob("b*"):
        path.unlink()

    assert fingerprint(write_config())["scans"] == ["a", "c"]
    assert fingerprint(write_config()) != own


@pytest.mark.parametrize(
    ("before", "after"), [("spacing_mm = 3.0", "spacing_mm = 2.9"), ("low = -100", "low = -90")]
)
def test_what_is_assumed_of_loose_slices_is_a_part_of_it(
    before: str, after: str, scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_slice(tmp_path)
    assumed_otherwise = (WITH_SLICES[0], WITH_SLICES[1].replace(before, after))

    own, other = (fingerprint(write_config(slices)) for slices in (WITH_SLICES, assumed_otherwise))

    assert own["loose_slices"][0]["count"] == 1
    assert {**own, "loose_slices": 0} == {**other, "loose_slices": 0}
    assert own != other


def test_another_loose_slice_of_the_same_name_is_other_data(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    image = write_slice(tmp_path) / "images" / "s1.png"
    own = fingerprint(write_config(WITH_SLICES))
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((20, 24), np.uint8)), image)

    assert fingerprint(write_config(WITH_SLICES)) != own


def test_a_dicom_folder_counts_with_all_its_slices(scans: Path, write_config: Write) -> None:
    config = read_config(write_config())
    source = dataclasses.replace(config.data.volumes[0], image="{case}_dicom")
    config = dataclasses.replace(config, data=dataclasses.replace(config.data, volumes=(source,)))
    for name in "abc":
        write(scans / f"{name}_dicom", ct_series(even(2)))
    own = data_fingerprint(config)

    (scans / "b_dicom" / "notes.txt").write_text("none")
    assert data_fingerprint(config) == own
    write(scans / "b_dicom", ct_series(even(3))[2:], start=800)
    assert data_fingerprint(config) != own


def test_a_ct_whose_grey_values_are_drawn_anew_is_said_to_be_one(
    organ_maps: np.ndarray, write_config: Write
) -> None:
    own = fingerprint(write_config(*FOR_MR))

    assert (own["drawn_from"], own["organs"]) == (["CT"], [(6,)])
    assert "drawn_from" not in fingerprint(write_config())
