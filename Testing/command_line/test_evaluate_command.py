"""`pancreasseg evaluate`: the numbers of a case that can be counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.volume import Volume, write_mask, write_volume
from Testing.command_line.conftest import Run, names_in
from Testing.sentences import assert_tells


@pytest.fixture
def mask_file(tmp_path: Path) -> Path:
    """Three voxels of 2 x 2 x 5 mm in a row on slice 1."""
    array = np.zeros((3, 4, 5), dtype=np.uint8)
    array[1, 1, 0:3] = 1
    path = tmp_path / "mask.nii.gz"
    write_mask(Volume(array, np.diag([2.0, 2.0, 5.0, 1.0])), path)
    return path


@pytest.fixture
def reference_file(tmp_path: Path) -> Path:
    """Two of the mask's voxels and three others, of them one on the next slice."""
    array = np.zeros((3, 4, 5), dtype=np.uint8)
    array[1, 1, 1:5] = 1
    array[2, 1, 1] = 1
    path = tmp_path / "reference.nrrd"
    write_mask(Volume(array, np.diag([2.0, 2.0, 5.0, 1.0])), path)
    return path


def test_the_table_tells_the_metrics_of_case_and_slices(
    pancreasseg: Run, mask_file: Path, reference_file: Path
) -> None:
    outcome = pancreasseg("evaluate", mask_file, reference_file)

    assert (outcome.code, outcome.err) == (0, "")
    rows = [line.split() for line in outcome.out.splitlines()]
    assert ["Dice", "(DSC)", "0.500"] in rows  # 2 * 2 / (3 + 5)
    assert ["Jaccard", "(JI)", "0.333"] in rows  # 2 / 6
    assert ["Precision", "0.667"] in rows
    assert ["Recall", "0.400"] in rows
    assert ["Volume", "of", "the", "mask", "0.1", "ml"] in rows  # 3 * 20 mm3
    assert ["Volume", "difference", "-40.0", "%"] in rows
    assert ["slice", "DSC", "JI", "mask", "reference"] in rows
    assert rows[-2:] == [
        ["1", "0.571", "0.400", "3", "4"],
        ["2", "0.000", "0.000", "0", "1"],
    ]


def test_the_json_file_has_the_same_numbers_unrounded(
    pancreasseg: Run, mask_file: Path, reference_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "evaluation.json"

    outcome = pancreasseg("evaluate", mask_file, reference_file, "--json", path)

    numbers = json.loads(path.read_text(encoding="utf-8"))
    assert outcome.code == 0
    assert numbers["dice"] == 0.5
    assert numbers["jaccard"] == pytest.approx(1 / 3)
    assert numbers["mask_ml"] == pytest.approx(0.06)
    assert numbers["resampled"] is False
    assert [one["k"] for one in numbers["slices"]] == [1, 2]


@pytest.fixture
def organs_file(tmp_path: Path) -> Path:
    """The reference's voxels as label 2 beside a label 1."""
    array = np.zeros((3, 4, 5), dtype=np.uint8)
    array[0] = 1
    array[1, 1, 1:5] = 2
    array[2, 1, 1] = 2
    path = tmp_path / "organs.nii.gz"
    write_volume(Volume(array, np.diag([2.0, 2.0, 5.0, 1.0])), path)
    return path


def test_a_label_of_the_reference_is_named(
    pancreasseg: Run, mask_file: Path, reference_file: Path, organs_file: Path
) -> None:
    outcome = pancreasseg("evaluate", mask_file, organs_file, "--label", "2")

    assert outcome.code == 0
    assert outcome.out == pancreasseg("evaluate", mask_file, reference_file).out


def test_a_label_of_the_mask_is_named(
    pancreasseg: Run, mask_file: Path, reference_file: Path, organs_file: Path
) -> None:
    outcome = pancreasseg("evaluate", organs_file, mask_file, "--mask-label", "2")

    assert outcome.code == 0
    assert outcome.out == pancreasseg("evaluate", reference_file, mask_file).out


def test_several_labels_are_one_sentence_that_lists_them(
    pancreasseg: Run, mask_file: Path, organs_file: Path
) -> None:
    outcome = pancreasseg("evaluate", mask_file, organs_file)

    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 1
    assert f"{organs_file} has several labels (1, 2)" in outcome.err
    assert "--label" in outcome.err


def test_a_scan_given_as_reference_is_refused(
    pancreasseg: Run, mask_file: Path, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.nii.gz"
    write_volume(Volume(np.arange(-30, 30, dtype=np.int16).reshape(3, 4, 5), np.eye(4)), scan)

    outcome = pancreasseg("evaluate", mask_file, scan)

    assert (outcome.code, outcome.out) == (1, "")
    assert f"{scan} is not a mask" in outcome.err


def test_two_empty_masks_agree_and_have_no_slice_table(pancreasseg: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.mha"
    write_mask(Volume(np.zeros((3, 3, 3), dtype=np.uint8), np.eye(4)), path)

    outcome = pancreasseg("evaluate", path, path)

    assert outcome.code == 0
    assert outcome.out.splitlines()[0].split() == ["Dice", "(DSC)", "1.000"]
    assert "slice" not in outcome.out


def test_masks_that_do_not_meet_are_one_sentence_and_leave_no_file(
    pancreasseg: Run, mask_file: Path, tmp_path: Path
) -> None:
    far = np.eye(4)
    far[:3, 3] = 900
    write_mask(Volume(np.ones((2, 2, 2), dtype=np.uint8), far), tmp_path / "far.nii")
    before = names_in(tmp_path)

    outcome = pancreasseg(
        "evaluate", mask_file, tmp_path / "far.nii", "--json", tmp_path / "evaluation.json"
    )

    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 1
    assert_tells(outcome.err, "no field of view", "drawn on this very scan")
    assert names_in(tmp_path) == before


def test_a_missing_reference_is_named(pancreasseg: Run, mask_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "reference.nii.gz"

    outcome = pancreasseg("evaluate", mask_file, path)

    assert (outcome.code, outcome.out) == (1, "")
    assert_tells(outcome.err, f"{path} does not exist", "check the path")


def test_the_json_file_never_overwrites_a_mask(
    pancreasseg: Run, mask_file: Path, reference_file: Path
) -> None:
    before = mask_file.read_bytes()

    outcome = pancreasseg("evaluate", mask_file, reference_file, "--json", mask_file)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"pancreasseg: {mask_file} is given twice;")
    assert mask_file.read_bytes() == before


def test_what_is_doubtful_in_either_file_is_told_with_its_name(
    pancreasseg: Run, tmp_path: Path
) -> None:
    path = tmp_path / "no-geometry.nrrd"
    path.write_bytes(
        b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 2 2\nencoding: raw\n\n" + b"\1" * 8
    )

    outcome = pancreasseg("evaluate", path, path)

    told = [line for line in outcome.out.splitlines() if line.startswith("Warning")]
    assert outcome.code == 0
    assert len(told) == 4  # for each of both files: how the voxels lie, and their size
    assert all(str(path) in line for line in told)
    assert "1 mm was assumed" in told[1]
