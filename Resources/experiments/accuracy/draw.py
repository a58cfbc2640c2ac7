"""The plots of `analysis.json`: no picture of a scan.

.venv/bin/python Resources/experiments/accuracy/draw.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from measure import MODELS, THRESHOLDS

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.metrics.reliability import pooled
from PancreasSegLib.segmenter.result_warnings import LEAST_AGREEMENT, LEAST_EXPECTED_DICE

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

FOLDER = Path(__file__).parent
NAMES = {
    "jac64-ct": "JAC-64",
    "rnn64-ct": "RNN-64",
    "views64-ct": "JAC-64 of three views",
    "unet32-ct": "UNet-32",
    "unet3d-ct": "UNet3D-16",
    "fast-ct": "RNN-64, weighed by grey values",
    "multiview-ct": "all four networks",
}
COLOURS = dict(
    zip(
        NAMES,
        ("tab:orange", "tab:blue", "tab:olive", "tab:purple", "tab:brown", "tab:cyan", "tab:green"),
        strict=True,
    )
)


def main() -> None:
    """Draw everything."""
    cases = json.loads((FOLDER / "analysis.json").read_text(encoding="utf-8"))
    for draw in (
        draw_cases,
        draw_thresholds,
        draw_reliability,
        draw_agreement,
        draw_expected,
        draw_errors,
        draw_slices,
    ):
        draw(cases)


def draw_cases(cases: dict[str, Any]) -> None:
    """Every case by every model, as in Cai et al. 2017, figure 3."""
    order = sorted(cases, key=lambda name: cases[name]["jac64-ct"]["dice"])
    axes = new_axes("whole scans, sorted by JAC-64's DSC", "DSC")
    axes.plot(order, [cases[name]["ceiling"] for name in order], "k:", label="model grid's ceiling")
    for model in MODELS:
        scores = [cases[name][model]["dice"] for name in order]
        label = f"{NAMES[model]} (mean {np.mean(scores):.3f})"
        axes.plot(order, scores, "o-", color=COLOURS[model], label=label)
    axes.tick_params(axis="x", rotation=60)
    axes.set_ylim(0, 1)
    save(axes, "cases.png")


def draw_thresholds(cases: dict[str, Any]) -> None:
    """Mean DSC over thresholds, as in figure 4."""
    axes = new_axes("threshold on the probability", "mean DSC")
    for model in MODELS:
        means = np.mean([case[model]["dice_at"] for case in cases.values()], axis=0)
        axes.plot(THRESHOLDS, means, "o-", color=COLOURS[model], label=NAMES[model])
    axes.set_ylim(0, 1)
    save(axes, "thresholds.png")


def draw_reliability(cases: dict[str, Any]) -> None:
    """How often voxels of a probability are pancreas, and how far off it is in the mean scan."""
    axes = new_axes("probability, mean of each bin", "share of pancreas")
    axes.plot([0, 1], [0, 1], "k:", label="as it should be")
    for model in MODELS:
        for kind, style in (("raw", "o--"), ("calibrated", "o-")):
            records = [case[model][kind] for case in cases.values()]
            voxels, probability, pancreas = pooled(records)
            some = voxels > 0
            off = np.mean([record["off"] for record in records])
            shown = (probability[some] / voxels[some], pancreas[some] / voxels[some])
            label = f"{NAMES[model]}, {kind}: off by {off:.3f}"
            axes.plot(*shown, style, color=COLOURS[model], label=label)
    save(axes, "reliability.png")


def draw_agreement(cases: dict[str, Any]) -> None:
    """Do the coarse and the fine model agree where the result is good?"""
    axes = new_axes("agreement of the coarse and the fine model (Dice)", "DSC")
    for model in MODELS:
        results = [case[model] for case in cases.values()]
        agreement, scores = ([result[key] for result in results] for key in ("agreement", "dice"))
        label = f"{NAMES[model]} (correlation {np.corrcoef(agreement, scores)[0, 1]:.2f})"
        axes.plot(agreement, scores, "o", color=COLOURS[model], label=label)
    axes.axvline(LEAST_AGREEMENT, color="grey", linewidth=0.8, label="a warning is given below")
    save(axes, "agreement.png")


def draw_expected(cases: dict[str, Any]) -> None:
    """Is the default model's result as good as its probabilities say?"""
    axes = new_axes("expected DSC", "DSC")
    results = [case[DEFAULT_MODEL] for case in cases.values()]
    expected, scores = ([result[key] for result in results] for key in ("expected_dice", "dice"))
    label = f"{NAMES[DEFAULT_MODEL]} (correlation {np.corrcoef(expected, scores)[0, 1]:.2f})"
    axes.plot(expected, scores, "o", color=COLOURS[DEFAULT_MODEL], label=label)
    axes.plot([0.5, 0.9], [0.5, 0.9], "k:", label="as it should be")
    axes.axvline(LEAST_EXPECTED_DICE, color="grey", linewidth=0.8, label="a warning is given below")
    save(axes, "expected.png")


def draw_errors(cases: dict[str, Any]) -> None:
    """What the default model missed and what it took for pancreas, in ml."""
    _, both = pyplot.subplots(1, 2, figsize=(12, 4.8), sharey=True)
    for axes, kind in zip(both, ("missed_ml", "wrong_ml"), strict=True):
        records = [case[DEFAULT_MODEL][kind] for case in cases.values()]
        left = np.zeros(len(records))
        for what in records[0]:
            amounts = np.array([record[what] for record in records])
            if amounts.sum() >= 1:
                axes.barh(list(cases), amounts, left=left, label=what)
                left += amounts
        axes.set(xlabel={"missed_ml": "missed, ml", "wrong_ml": "wrong, ml"}[kind])
        axes.legend(fontsize=8)
    save(both[0], "errors.png", legend=False)


def draw_slices(cases: dict[str, Any]) -> None:
    """The DSC of every slice with pancreas or result, from inferior to superior as stored."""
    _, grid = pyplot.subplots(4, 4, figsize=(13, 9), sharey=True)
    for axes in grid.flat[len(cases) :]:
        axes.axis("off")
    for axes, (name, case) in zip(grid.flat, cases.items(), strict=False):
        for model in MODELS:
            both, found, truth = np.array(case[model]["slices"]).T
            place = np.linspace(0, 1, len(both))
            axes.plot(place, 2 * both / (found + truth), color=COLOURS[model], label=NAMES[model])
        axes.set(title=name, ylim=(0, 1))
    grid.flat[-1].legend(*grid.flat[0].get_legend_handles_labels(), loc="center")
    save(grid.flat[0], "slices.png", legend=False)


def new_axes(xlabel: str, ylabel: str) -> Axes:
    """Axes of a figure of their own."""
    _, axes = pyplot.subplots(figsize=(9.5, 4.4))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return axes


def save(axes: Axes, name: str, legend: bool = True) -> None:
    """Write the figure beside this script."""
    if legend:
        axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.figure.tight_layout()
    axes.figure.savefig(FOLDER / name, dpi=90)
    pyplot.close(axes.figure)


if __name__ == "__main__":
    main()
