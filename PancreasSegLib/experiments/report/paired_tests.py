"""Is one method better than another on the same cases? Paired Wilcoxon signed-rank tests."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PancreasSegLib.experiments.report.rows import Row

LEAST_PAIRS = 6
"""With fewer pairs no two-sided test can reach p < 0.05."""

DECIMALS = 8
"""Of a difference: more than the 4 of a DSC in a result, for means of them, and far fewer than a
floating point number has."""


@dataclass(frozen=True)
class PairedTest:
    """The DSC of `row` less that of `other` over their pairs; `p` None for too few of them."""

    row: Row
    other: Row
    pairs: int
    mean_difference: float
    p: float | None


def paired_tests(rows: Sequence[Row], patients: Mapping[str, str] | None) -> list[PairedTest]:
    """Each RNN against its own CNN, each other row against the first one of its seed.

    A scan that was measured in several folds is one pair, by the mean of its differences, and so
    are several scans of one of the `patients` (each scan's, None where they are not known): these
    are not independent. Left out are rows without common cases. Two-sided, not corrected for their
    number.
    """
    tests = []
    for row in rows:
        first = next(one for one in rows if one.seed == row.seed)
        other = row.cnn or first
        if other is not row and row.cases.keys() & other.cases.keys():
            tests.append(_tested(row, other, patients))
    return tests


def _tested(row: Row, other: Row, patients: Mapping[str, str] | None) -> PairedTest:
    pairs: dict[str, list[float]] = {}
    for case in sorted(row.cases.keys() & other.cases.keys()):
        ours, theirs = row.cases[case], other.cases[case]
        # All scans of a patient are in the same folds, so that the mean over both is one mean.
        whose = ours["scan"] if patients is None else patients[ours["scan"]]
        pairs.setdefault(whose, []).append(ours["dice"] - theirs["dice"])
    # Equal differences share their ranks; those of floating point numbers are hardly ever equal.
    differences = [round(statistics.mean(pair), DECIMALS) for pair in pairs.values()]
    mean = statistics.mean(differences)
    return PairedTest(row, other, len(differences), mean, wilcoxon_p(differences))


def wilcoxon_p(differences: Sequence[float]) -> float | None:
    """The two-sided p of Wilcoxon's signed-rank test; None for fewer than LEAST_PAIRS.

    Differences of 0 count by Pratt's method; where all are 0 it is 1.
    """
    from scipy.stats import wilcoxon

    if len(differences) < LEAST_PAIRS:
        return None
    if not any(differences):
        return 1.0
    return float(wilcoxon(differences, zero_method="pratt").pvalue)
