"""What is wrong with a download is said, case by case."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.training.data.check import CheckedSet, check_set, flipped_along
from PancreasSegLib.training.data.public_sets import recognise
from PancreasSegLib.volume import Volume, read_mask, read_volume, write_mask
from Testing.training.data import downloads


def problems(checked: CheckedSet) -> dict[str, str]:
    """Of the cases that have any."""
    return {case.name: " ".join(case.problems) for case in checked.cases if case.problems}


def test_a_right_set_has_its_volumes_and_no_problem(tmp_path: Path) -> None:
    downloads.total_segmentator(tmp_path, (1, 2))

    checked = check_set(recognise(tmp_path))

    assert checked.is_right
    ml = read_mask(tmp_path / "s0001" / "segmentations" / "pancreas.nii.gz").array.sum() * 0.045
    assert checked.cases[0].pancreas_ml == pytest.approx(ml, abs=0.06)


def test_what_is_missing_twice_torn_empty_or_of_another_size_is_said(tmp_path: Path) -> None:
    downloads.total_segmentator(tmp_path, (1, 2, 3, 4, 5, 6))
    organs = {n: tmp_path / f"s{n:04d}" / "segmentations" / "pancreas.nii.gz" for n in range(1, 7)}
    organs[1].unlink()
    shutil.copy(tmp_path / "s0003" / "ct.nii.gz", tmp_path / "s0002" / "ct.nii.gz")
    mask = read_mask(organs[4])
    write_mask(mask.with_array(np.zeros_like(mask.array)), organs[4])
    (tmp_path / "s0005" / "ct.nii.gz").write_bytes(b"torn")
    write_mask(Volume(mask.array[:-1], downloads.AFFINE), organs[6])

    checked = check_set(recognise(tmp_path))

    assert any("s0001 has a scan but no reference" in text for text in checked.problems)
    assert any("s0002, s0003 are the same scan" in text for text in checked.problems)
    told = problems(checked)
    assert "empty" in told["s0004"]
    assert "s0005" in told["s0005"] and "ct.nii.gz" in told["s0005"]
    assert "36 x 32 x 11" in told["s0006"] and "36 x 32 x 12" in told["s0006"]


def test_cases_of_nih_pancreas_ct_that_are_missing_or_withdrawn_are_named(tmp_path: Path) -> None:
    downloads.nih_pancreas_ct(tmp_path, (1, 25))

    checked = check_set(recognise(tmp_path))

    assert problems(checked) == {}
    assert any("79 of 80 cases are missing" in text for text in checked.problems)
    assert any("0025 was withdrawn" in text for text in checked.problems)


def test_a_reference_that_lists_a_missing_file_is_said(tmp_path: Path) -> None:
    downloads.msd(tmp_path, (1, 2))
    (tmp_path / "imagesTr" / "pancreas_002.nii.gz").unlink()

    told = problems(check_set(recognise(tmp_path)))

    assert list(told) == ["pancreas_002"]
    assert "imagesTr/pancreas_002.nii.gz" in told["pancreas_002"]


def test_mri_scans_among_ct_are_named(tmp_path: Path) -> None:
    downloads.amos(tmp_path, (500, 507))

    assert list(problems(check_set(recognise(tmp_path)))) == ["amos_0507"]


@pytest.mark.parametrize(("name", "axis"), [("slices", 0), ("rows", 1), ("columns", 2)])
def test_a_flipped_reference_is_told_by_what_lies_under_it(name: str, axis: int) -> None:
    image, mask = downloads.scan(0)

    assert flipped_along(image.array, mask.array != 0) is None
    assert flipped_along(image.array, np.flip(mask.array, axis) != 0) == name


def test_flipped_rows_of_a_whole_set_are_told(tmp_path: Path) -> None:
    downloads.nih_pancreas_ct(tmp_path, (1,))
    (label,) = tmp_path.rglob("label0001.nii.gz")
    mask = read_volume(label)
    write_mask(mask.with_array(mask.array[:, ::-1]), label)  # as a tool that "corrected" them

    told = problems(check_set(recognise(tmp_path)))

    assert "rows" in told["0001"]


def test_references_beside_their_scans_are_no_scans_without_references(tmp_path: Path) -> None:
    downloads.total_segmentator(tmp_path / "set", (1, 2))
    plain = tmp_path / "plain"
    plain.mkdir()
    for case in ("s0001", "s0002"):
        folder = tmp_path / "set" / case
        shutil.copy(folder / "ct.nii.gz", plain / f"{case}.nii.gz")
        shutil.copy(folder / "segmentations" / "pancreas.nii.gz", plain / f"{case}_label.nii.gz")

    assert check_set(recognise(plain)).is_right

    shutil.copy(plain / "s0001_label.nii.gz", plain / "s0003_label.nii.gz")
    shutil.copy(plain / "s0001.nii.gz", plain / "s0004.nii.gz")
    assert check_set(recognise(plain)).problems == (
        "s0004 has a scan but no reference.",
        "s0003 has a reference but no scan.",
    )
