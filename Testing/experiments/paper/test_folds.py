"""Folds are of patients, the same for the same seed, and alike in size."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.folds import draw_folds, read_patients

ALONE = {f"case-{number}": f"case-{number}" for number in range(10)}


def test_every_case_is_held_out_once_and_validates_only_where_it_is_not() -> None:
    folds = draw_folds(ALONE, 4, 0.25, seed=1)

    assert sorted(case for fold in folds for case in fold.held_out) == sorted(ALONE)
    assert [len(fold.held_out) for fold in folds] == [3, 3, 2, 2]
    assert [len(fold.validation) for fold in folds] == [2, 2, 2, 2]
    assert all(not set(fold.held_out) & set(fold.validation) for fold in folds)


def test_a_seed_makes_the_same_folds_again_and_another_one_others() -> None:
    assert draw_folds(ALONE, 4, 0.25, seed=1) == draw_folds(ALONE, 4, 0.25, seed=1)
    assert draw_folds(ALONE, 4, 0.25, seed=1) != draw_folds(ALONE, 4, 0.25, seed=2)


def test_scans_of_one_patient_stay_together() -> None:
    patients = {"a1": "a", "a2": "a", "b": "b", "c": "c", "d": "d"}

    for seed in range(5):
        for fold in draw_folds(patients, 2, 0.3, seed):
            for part in (fold.held_out, fold.validation):
                assert ("a1" in part) == ("a2" in part)


def test_without_a_validation_share_nothing_validates_and_with_one_somebody_is_trained_on() -> None:
    assert all(fold.validation == () for fold in draw_folds(ALONE, 2, 0.0, seed=1))
    three = {name: name for name in "abc"}
    for fold in draw_folds(three, 3, 0.99, seed=1):
        assert len(fold.validation) == 1


@pytest.mark.parametrize(("folds", "validation"), [(11, 0.0), (11, 0.2)])
def test_too_few_patients_are_told(folds: int, validation: float) -> None:
    with pytest.raises(InputError, match=r"10 patients.*11"):
        draw_folds(ALONE, folds, validation, seed=1)


def test_of_three_patients_two_folds_leave_none_to_validate_and_that_is_told() -> None:
    with pytest.raises(InputError, match=r"3 patients.*give 4 or more"):
        draw_folds({name: name for name in "abc"}, 2, 0.2, seed=1)
    for fold in draw_folds({name: name for name in "abcd"}, 2, 0.2, seed=1):
        assert len(fold.validation) == 1


def test_a_table_beside_the_scans_says_who_is_who(tmp_path: Path) -> None:
    assert read_patients(tmp_path, ["a", "b"]) == {"a": "a", "b": "b"}
    table = tmp_path / "patients.csv"
    table.write_text("case,patient\na,one\nb,one\n", encoding="utf-8")
    assert read_patients(tmp_path, ["a", "b"]) == {"a": "one", "b": "one"}
    with pytest.raises(InputError, match="patient of c"):
        read_patients(tmp_path, ["a", "c"])
    table.write_text("case\na\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the column 'patient'"):
        read_patients(tmp_path, ["a"])


def test_spaces_and_byte_order_mark_of_a_spreadsheet_part_no_patient_from_itself(
    tmp_path: Path,
) -> None:
    table = "case, patient\na,one\nb, one \n,\n"
    (tmp_path / "patients.csv").write_text(table, encoding="utf-8-sig")

    assert read_patients(tmp_path, ["a", "b"]) == {"a": "one", "b": "one"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (b"a\n", "line 2 ends before the column 'patient'"),
        (b"a,\n", "does not name the patient of a"),
        (b"a,one\na,two\n", "two patients of a, one and two"),
        (b"a,M\xfcller\n", "not a CSV file in UTF-8"),
    ],
)
def test_a_table_that_leaves_a_patient_open_is_told(
    rows: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "patients.csv").write_bytes(b"case,patient\n" + rows)

    with pytest.raises(InputError, match=sentence):
        read_patients(tmp_path, ["a"])
