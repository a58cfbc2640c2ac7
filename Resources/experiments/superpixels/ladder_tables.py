"""Tables 1 and 2 of Roth et al. 2015 next to the paper's, and the whole scans, for README.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ladder import THRESHOLDS

from PancreasSegLib.files.markdown_table import markdown_table
from PancreasSegLib.files.page_tables import renew_tables

HERE = Path(__file__).parent
PAPER = {
    "superpixels at best": ("0.80 ± 0.04 [0.64, 0.87]", "0.81 ± 0.03 [0.75, 0.89]"),
    "candidates": ("0.26 ± 0.07 [0.14, 0.46]", "0.27 ± 0.06 [0.16, 0.42]"),
    "P, N_s=1": ("", "0.46 ± 0.10 [0.25, 0.58]"),
    "G(P), N_s=1, 3 voxels": ("", "0.62 ± 0.14 [0.35, 0.76]"),
    "P, N_s=4": ("0.69 ± 0.07 [0.35, 0.80]", "0.57 ± 0.09 [0.39, 0.67]"),
    "G(P), N_s=4, 3 voxels": ("0.79 ± 0.06 [0.39, 0.86]", "0.68 ± 0.10 [0.43, 0.80]"),
}
"""Mean, standard deviation, least and largest DSC of training and test (Tables 1 and 2)."""

WEIGHED = "G(P), N_s=4, 3 mm, weighed"
OURS = (*PAPER, "G(P), N_s=1, 3 mm", "G(P), N_s=4, 3 mm", WEIGHED)


def write_tables() -> None:
    """Put both tables into their places on the page."""
    renew_tables(HERE / "README.md", tables())


def tables() -> dict[str, str]:
    """Every table of the page, by its title, from the files beside it."""
    folds = json.loads((HERE / "ladder.json").read_text(encoding="utf-8"))["folds"]
    summary = json.loads((HERE / "cross_validation.json").read_text(encoding="utf-8"))
    return {"the ladder": ladder_table(folds), "whole scans": whole_scans(summary)}


def ladder_table(folds: Sequence[dict[str, Any]]) -> str:
    """DSC of training and test, ours and the paper's."""
    heads = ["", "ours, training", "ours, test", "paper, training", "paper, test"]
    rows = []
    for name in OURS:
        ours = [spread(scores(folds, kind, name)) for kind in ("train", "test")]
        rows.append([name, *ours, *PAPER.get(name, ("", ""))])
    sensitivity = [
        spread([case["sensitivity"] for case in cases_of(folds, kind)])
        for kind in ("train", "test")
    ]
    rows.append(["candidates' sensitivity", *sensitivity, "", ""])
    return markdown_table(heads, rows)


def whole_scans(summary: dict[str, Any]) -> str:
    """What whole scans have, each by models that never saw it, and their mean."""
    model = summary["models"]["superpixels-ct"]
    rows = []
    for name, case in sorted(model["cases"].items()):
        hd95 = "" if case["hd95_mm"] is None else f"{case['hd95_mm']:.0f}"
        difference = f"{case['volume_difference_percent']:+.0f} %"
        rows.append([name, f"{case['dice']:.3f}", hd95, difference])
    dice = [case["dice"] for case in model["cases"].values()]
    told = f"{model['mean_dice']:.3f} ± {model['sd_dice']:.3f} [{min(dice):.3f}, {max(dice):.3f}]"
    error = f"{model['mean_volume_error_percent']:.0f} % (absolute)"
    rows.append(["**mean**", f"**{told}**", f"{model['mean_hd95_mm']:.0f}", error])
    return markdown_table(["scan", "DSC", "HD95 (mm)", "volume difference"], rows)


def scores(folds: Sequence[dict[str, Any]], kind: str, name: str) -> list[float]:
    """The DSC of each scan; that of a probability at the fold's operating point."""
    key = {"superpixels at best": "optimal", "candidates": "candidate_dice"}.get(name)
    if key is not None:
        return [case[key] for case in cases_of(folds, kind)]
    found = []
    for number, fold in enumerate(folds):
        others = [*folds[:number], *folds[number + 1 :]]
        point = operating_point(others, name)
        found += [case["curves"][name][point] for case in fold[kind].values()]
    return found


def operating_point(folds: Sequence[dict[str, Any]], name: str) -> int:
    """Which of THRESHOLDS is best on the scans that `folds` tested: none of the fold's own."""
    curves = [case["curves"][name] for case in cases_of(folds, "test")]
    means = [statistics.mean(curve[n] for curve in curves) for n in range(len(THRESHOLDS))]
    return max(range(len(THRESHOLDS)), key=means.__getitem__)


def cases_of(folds: Sequence[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """All scans that were tested, or that were trained on."""
    return [case for fold in folds for case in fold[kind].values()]


def spread(values: Sequence[float]) -> str:
    """As the paper writes it."""
    mean, sd = statistics.mean(values), statistics.stdev(values)
    return f"{mean:.2f} ± {sd:.2f} [{min(values):.2f}, {max(values):.2f}]"
