"""The tables of README.md and of the third round, from what the other scripts wrote.

    .venv/bin/python Resources/experiments/accuracy/tables.py

It puts each table into its place on its page, between two comments.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kinds_table import compared, kinds_table
from measure import MODELS
from measure_rungs import table as rungs_table

from PancreasSegLib.files.markdown_table import markdown_table
from PancreasSegLib.files.page_tables import renew_tables

HERE = Path(__file__).parent
THIRD_ROUND = HERE / "third-round"
DEFAULT = "multiview-ct"


def main() -> None:
    """Write all tables anew."""
    renew_tables(HERE / "README.md", tables())
    renew_tables(THIRD_ROUND / "README.md", third_round())


def tables() -> dict[str, str]:
    """Each table as Markdown, by what it tells."""
    cases = _read("analysis.json")
    made = {
        "what the models reach": reached(_read("cross_validation.json")["models"], cases),
        "scan by scan": scan_by_scan(cases),
        "what each part is worth": parts(_read("variants.json")),
        "what no choice exceeds": ceilings(cases),
        "missed and wrong, ml": errors(cases),
        "calibration": calibration(cases),
        "warnings": warnings(cases),
    }
    if (HERE / "kinds.json").is_file():
        made["other kinds of scan"] = kinds_table(_read("kinds.json"))
    if (HERE / "rungs.json").is_file():
        made["rungs"] = rungs_table(_read("rungs.json"))
    return made


def third_round() -> dict[str, str]:
    """The tables of the third round's own page."""
    second, third = _read("kinds.json"), _read("third-round/kinds.json")
    return {
        "kinds of scan": compared(second, third, ("second round", "third round")),
        "two rounds": two_rounds(
            _read("cross_validation.json")["models"],
            _read("third-round/cross_validation.json")["models"],
        ),
    }


def two_rounds(second: dict[str, Any], third: dict[str, Any]) -> str:
    """Mean, median and worst DSC of each model in both rounds."""
    heads = ["model", "second round: mean DSC", "median", "worst"]
    rows = []
    for name in third:
        row = [f"`{name}`"]
        for models in (second, third):
            figures = (
                models[name][figure] for figure in ("mean_dice", "median_dice", "worst_dice")
            )
            row += [f"{figure:.3f}" for figure in figures]
        rows.append(row)
    return markdown_table([*heads, "third round: mean DSC", "median", "worst"], rows)


def reached(models: dict[str, Any], cases: dict[str, Any]) -> str:
    """DSC over all scans, JI, HD95 where it was measured, and the volume error."""
    heads = ["model", "mean ± sd [worst, best] DSC", "median", "JI", "HD95, mm", "volume error"]
    rows = []
    for name in MODELS:
        model = models[name]
        scores = list(model["cases"].values())
        dice = [case["dice"] for case in scores]
        spread = f"{model['mean_dice']:.3f} ± {model['sd_dice']:.3f}"
        hd95 = f"{model['mean_hd95_mm']:.1f}" if "mean_hd95_mm" in model else "not measured"
        rows.append(
            [
                f"`{name}`",
                f"{spread} [{min(dice):.3f}, {max(dice):.3f}]",
                f"{model['median_dice']:.3f}",
                f"{_mean(case['jaccard'] for case in scores):.3f}",
                hd95,
                f"{_mean(_volume_error(case[name]) for case in cases.values()):.0%}",
            ]
        )
    return markdown_table(heads, rows)


def scan_by_scan(cases: dict[str, Any]) -> str:
    """DSC of three models; volumes, judgement and warnings of the default."""
    heads = ["scan", "JAC-64", "RNN-64", f"`{DEFAULT}`", "in the region", "grid's ceiling"]
    heads += ["found, ml", "reference, ml", "agreement", "expected DSC", "warnings"]
    rows = []
    for name, case in cases.items():
        of = case[DEFAULT]
        told = len(of["warnings"])
        rows.append(
            [
                f"`{name}`",
                *(f"{case[model]['dice']:.3f}" for model in ("jac64-ct", "rnn64-ct", DEFAULT)),
                f"{of['share_inside_region']:.1%}",
                f"{case['ceiling']:.3f}",
                f"{of['found_ml']:.0f}",
                f"{of['reference_ml']:.0f}",
                f"{of['agreement']:.2f}",
                f"{of['expected_dice']:.3f}",
                str(told) if told else "–",
            ]
        )
    return markdown_table(heads, rows)


def parts(variants: dict[str, dict[str, float]]) -> str:
    """Mean, median and worst DSC of the default put together otherwise."""
    return _spread({what: list(scores.values()) for what, scores in variants.items()})


def ceilings(cases: dict[str, Any]) -> str:
    """What would be reached if the reference chose, scan by scan."""
    best = {model: [max(case[model]["dice_at"]) for case in cases.values()] for model in MODELS}
    return _spread(
        {
            f"`{DEFAULT}` as it is": [case[DEFAULT]["dice"] for case in cases.values()],
            f"`{DEFAULT}`, cut at each scan's best threshold": best[DEFAULT],
            "each scan's best model of all seven, at its best threshold": [
                max(dice) for dice in zip(*best.values(), strict=True)
            ],
        }
    )


def _spread(scores: dict[str, list[float]]) -> str:
    rows = []
    for what, dice in scores.items():
        figures = (statistics.mean(dice), statistics.median(dice), min(dice))
        rows.append([what, *(f"{figure:.3f}" for figure in figures)])
    return markdown_table(["", "mean DSC", "median", "worst"], rows)


def errors(cases: dict[str, Any]) -> str:
    """What was missed and what was taken for pancreas, summed over the scans."""
    models = (DEFAULT, "rnn64-ct")
    rows = []
    for kind, word in (("missed_ml", "missed"), ("wrong_ml", "wrong")):
        for what in next(iter(cases.values()))[DEFAULT][kind]:
            sums = [sum(case[model][kind][what] for case in cases.values()) for model in models]
            rows.append([f"{word}: {what}", *(f"{ml:.1f}" for ml in sums)])
    return markdown_table(["", *(f"`{model}`" for model in models)], rows)


def calibration(cases: dict[str, Any]) -> str:
    """How far off the probabilities are, before and after calibration by the other folds."""
    rows = []
    for model in MODELS:
        told = [
            _mean(case[model][which][figure] for case in cases.values())
            for figure in ("off", "brier")
            for which in ("raw", "calibrated")
        ]
        rows.append([f"`{model}`", *(f"{figure:.3f}" for figure in told)])
    heads = ["mean over the scans", "off, before", "after", "Brier score, before", "after"]
    return markdown_table(heads, rows)


def warnings(cases: dict[str, Any]) -> str:
    """How the scans that were warned about did, and the others."""
    rows = []
    for model in (DEFAULT, "rnn64-ct", "jac64-ct"):
        warned = [case[model]["dice"] for case in cases.values() if case[model]["warnings"]]
        others = [case[model]["dice"] for case in cases.values() if not case[model]["warnings"]]
        figures = (statistics.mean(warned), statistics.mean(others), min(others))
        count = f"{len(warned)} of {len(cases)}"
        rows.append([f"`{model}`", count, *(f"{figure:.3f}" for figure in figures)])
    heads = ["", "scans warned about", "their mean DSC", "mean of the others"]
    return markdown_table([*heads, "worst of the others"], rows)


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return content


def _volume_error(case: dict[str, Any]) -> float:
    return float(abs(case["found_ml"] - case["reference_ml"]) / case["reference_ml"])


def _mean(values: Iterable[float]) -> float:
    return statistics.mean(values)


if __name__ == "__main__":
    main()
