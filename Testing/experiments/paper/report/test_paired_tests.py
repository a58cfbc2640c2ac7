"""Wilcoxon's signed-rank test, and who is tested against whom."""

from __future__ import annotations

import pytest

from PancreasSegLib.experiments.report.paired_tests import paired_tests, wilcoxon_p
from PancreasSegLib.experiments.report.rows import Row


def row(method: str, dice: list[float], cnn: Row | None = None, seed: int = 1) -> Row:
    scans = {f"case-{number}": value for number, value in enumerate(dice)}
    cases = {scan: {"scan": scan, "dice": value} for scan, value in scans.items()}
    return Row(method, method, "jaccard", seed, None, len(dice), cnn, cases=cases)


def test_six_cases_that_all_gain_have_the_least_p_that_six_can_have() -> None:
    assert wilcoxon_p([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) == pytest.approx(2 / 2**6)


def test_too_few_cases_have_no_p_and_equal_ones_the_p_of_1() -> None:
    assert wilcoxon_p([0.1] * 5) is None
    assert wilcoxon_p([0.0] * 6) == 1.0


def test_an_rnn_is_tested_against_its_cnn_and_another_cnn_against_the_first_of_its_seed() -> None:
    first, other = row("jac64", [0.5, 0.7]), row("jac128", [0.6, 0.9])
    second_seed = row("jac64", [0.4, 0.4], seed=2)
    rnn = row("rnn128", [0.8, 0.8], other)

    tests = paired_tests([first, other, rnn, second_seed, row("hnn", [])], None)

    assert [(test.row.method, test.other.method) for test in tests] == [
        ("jac128", "jac64"),
        ("rnn128", "jac128"),
    ]
    assert tests[1].mean_difference == pytest.approx(0.05)
    assert tests[1].pairs == 2


def test_equal_differences_are_equal_whatever_they_are_differences_of() -> None:
    # In floating point 0.3 - 0.2, 0.4 - 0.3 and 0.7 - 0.6 are three numbers.
    cnn = [0.2, 0.3, 0.6, 0.3, 0.5, 0.6]
    rnn = [0.3, 0.4, 0.7, 0.2, 0.7, 0.9]
    first = row("jac64", cnn)

    (test,) = paired_tests([first, row("rnn64", rnn, first)], None)

    assert test.p == wilcoxon_p([0.1, 0.1, 0.1, -0.1, 0.2, 0.3])


def in_folds(method: str, dice: dict[str, tuple[float, ...]], cnn: Row | None = None) -> Row:
    """Of each scan the DSC in the folds that it validates in."""
    cases = {
        f"{scan}, fold {fold}": {"scan": scan, "dice": value}
        for scan, values in dice.items()
        for fold, value in enumerate(values)
    }
    return Row(method, method, "jaccard", 1, None, len(cases), cnn, cases=cases)


def test_a_scan_that_validates_in_several_folds_is_one_pair_by_its_mean_difference() -> None:
    cnn = in_folds("jac64", {"a": (0.5, 0.5, 0.5), "b": (0.5,), "c": (0.5, 0.6)})
    rnn = in_folds("rnn64", {"a": (0.6, 0.7, 0.8), "b": (0.6,), "c": (0.4, 0.5)}, cnn)

    (test,) = paired_tests([cnn, rnn], None)

    assert test.pairs == 3
    assert test.mean_difference == pytest.approx((0.2 + 0.1 - 0.1) / 3)
    assert test.p is None  # six scans in folds are three scans


def test_scans_in_several_folds_have_the_p_of_their_mean_differences() -> None:
    scans = {f"case-{number}": 0.01 * number for number in range(1, 8)}
    cnn = in_folds("jac64", dict.fromkeys(scans, (0.5, 0.5)))
    gain = in_folds("rnn64", {scan: (0.5, 0.5 + 2 * by) for scan, by in scans.items()}, cnn)

    (test,) = paired_tests([cnn, gain], None)

    assert test.p == wilcoxon_p(list(scans.values()))


def test_where_the_patients_are_known_they_are_the_pairs() -> None:
    cnn = in_folds("jac64", {"a": (0.5, 0.5), "b": (0.5, 0.5), "c": (0.5,)})
    rnn = in_folds("rnn64", {"a": (0.6, 0.6), "b": (0.8, 0.8), "c": (0.4,)}, cnn)

    (test,) = paired_tests([cnn, rnn], {"a": "Ada", "b": "Ada", "c": "Ben"})

    assert test.pairs == 2
    assert test.mean_difference == pytest.approx((0.2 - 0.1) / 2)
