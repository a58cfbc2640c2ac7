"""Folds are of patients, the same for the same seed, and alike in size."""

from __future__ import annotations

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.folds import draw_folds

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
