"""Wilcoxon's signed-rank test, and who is tested against whom."""

from __future__ import annotations

import pytest

from PancreasSegLib.experiments.report.paired_tests import paired_tests, wilcoxon_p
from PancreasSegLib.experiments.report.rows import Row


def row(method: str, dice: list[float], cnn: Row | None = None, seed: int = 1) -> Row:
    cases = {f"case-{number}": {"dice": value} for number, value in enumerate(dice)}
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

    tests = paired_tests([first, other, rnn, second_seed, row("hnn", [])])

    assert [(test.row.method, test.other.method) for test in tests] == [
        ("jac128", "jac64"),
        ("rnn128", "jac128"),
    ]
    assert tests[1].mean_difference == pytest.approx(0.05)
    assert tests[1].cases == 2


def test_equal_differences_are_equal_whatever_they_are_differences_of() -> None:
    # In floating point 0.3 - 0.2, 0.4 - 0.3 and 0.7 - 0.6 are three numbers.
    cnn = [0.2, 0.3, 0.6, 0.3, 0.5, 0.6]
    rnn = [0.3, 0.4, 0.7, 0.2, 0.7, 0.9]
    first = row("jac64", cnn)

    (test,) = paired_tests([first, row("rnn64", rnn, first)])

    assert test.p == wilcoxon_p([0.1, 0.1, 0.1, -0.1, 0.2, 0.3])
