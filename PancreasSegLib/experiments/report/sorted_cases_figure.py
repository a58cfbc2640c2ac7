"""Figure 3 of Cai et al. 2017: the cases sorted by the CNN's DSC, without and with context."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.experiments.report.figure_files import figure
from PancreasSegLib.experiments.report.rows import Row


def draw_sorted_cases(rnn: Row, path: Path) -> str:
    """Draw the cases that both `rnn` and its CNN have; the caption."""
    cnn = rnn.cnn
    assert cnn is not None  # callers have asked
    common = cnn.cases.keys() & rnn.cases.keys()
    order = sorted(common, key=lambda case: (cnn.cases[case]["dice"], case))
    without = [cnn.cases[case]["dice"] for case in order]
    with_context = [rnn.cases[case]["dice"] for case in order]
    places = range(1, len(order) + 1)
    with figure(path, (7, 3.6)) as (drawn, axes):
        axis = axes[0, 0]
        axis.vlines(places, without, with_context, color="0.8", linewidth=1)
        axis.plot(places, without, "o-", color="tab:blue", markersize=3, label=cnn.label)
        axis.plot(places, with_context, "s", color="tab:red", markersize=4, label=rnn.label)
        axis.set(xlabel="cases, sorted by the CNN's DSC", ylabel="DSC", ylim=(0, 1))
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.legend(loc="lower right")
        drawn.tight_layout()
    better = sum(a > b for a, b in zip(with_context, without, strict=True))
    return (
        f"{len(order)} cases, sorted by the DSC of {cnn.label} (blue), and {rnn.label} (red) on the"
        f" same: {better} are better with contextual learning."
    )
