"""Figure 4 of Cai et al. 2017: the mean DSC over the threshold at which masks are cut."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.experiments.measuring import THRESHOLDS
from PancreasSegLib.experiments.report.figure_files import figure
from PancreasSegLib.experiments.report.rows import LOSSES, Row

STYLES = ("-", "--", ":", "-.")


def draw_thresholds(rows: Sequence[Row], path: Path) -> str:
    """Draw a curve for each of `rows`; the caption."""
    told = []
    with figure(path, (7, 4)) as (drawn, axes):
        axis = axes[0, 0]
        for number, row in enumerate(rows):
            curve = mean_dice_at(row)
            style, label = STYLES[number // 10 % len(STYLES)], f"{row.title}, {LOSSES[row.loss]}"
            axis.plot(THRESHOLDS, curve, style, marker=".", markersize=4, label=label)
            told.append(f"{label} {min(curve):.3f} to {max(curve):.3f}")
        axis.set(xlabel="threshold", ylabel="mean DSC", xlim=(0, 1), ylim=(0, 1))
        axis.legend(fontsize="small")
        drawn.tight_layout()
    return (
        "The mean DSC over all cases, masks cut at 0.05 to 0.95. Lowest and highest of each curve:"
        f" {'; '.join(told)}."
    )


def mean_dice_at(row: Row) -> list[float]:
    """The mean over the row's cases at each of THRESHOLDS."""
    curves = [case["dice_at"] for case in row.cases.values()]
    return [statistics.mean(values) for values in zip(*curves, strict=True)]
