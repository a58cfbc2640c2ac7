"""The table of other kinds of scan, in Markdown.

.venv/bin/python Resources/experiments/accuracy/kinds_table.py FILE

FILE is what `measure_kinds.py` wrote.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

from kinds.catalogue import KINDS, WHOLE

from PancreasSegLib.files.markdown_table import markdown_table

HEADS = ("kind", "scans", "mean DSC", "against the whole scan", "worst", "found", "warned")
SAW = "(by a model that was **trained on these scans**: its DSC says nothing of others)"


def kinds_table(measured: dict[str, Any]) -> str:
    """One row a kind, in the catalogue's order; a kind that no scan allowed is shown empty."""
    whole = measured["kinds"].get(WHOLE, {})
    rows = [
        _row(kind, measured["kinds"][kind], whole) for kind in KINDS if kind in measured["kinds"]
    ]
    about = f"`{measured['model']}`"
    if measured["models_saw_the_scans"]:
        about += f" {SAW}"
    return f"{about}\n\n{markdown_table(HEADS, rows)}"


def compared(before: dict[str, Any], now: dict[str, Any], heads: tuple[str, str]) -> str:
    """Mean and worst Dice of two files, for the kinds and scans that both have."""
    rows = []
    for kind in KINDS:
        one, other = (measured["kinds"].get(kind, {}) for measured in (before, now))
        names = [name for name in one if one[name] and other.get(name)]
        if not names:
            continue
        row = [kind, str(len(names))]
        for cases in (one, other):
            dice = [cases[name]["dice"] for name in names]
            row += [f"{statistics.mean(dice):.3f}", f"{min(dice):.3f}"]
        rows.append(row)
    columns = [column for head in heads for column in (f"{head}: mean DSC", "worst")]
    return markdown_table(["kind", "scans", *columns], rows)


def _row(kind: str, cases: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    made = {name: case for name, case in cases.items() if case is not None}
    if not made:
        return [kind, "0", *[""] * 5]
    dice = [case["dice"] for case in made.values()]
    against = [case["dice"] - whole[name]["dice"] for name, case in made.items() if name in whole]
    found = sum(case["found_ml"] > 0 for case in made.values())
    warned = sum(bool(case["warnings"]) for case in made.values())
    difference = f"{statistics.mean(against):+.3f}" if against and kind != WHOLE else ""
    return [
        kind,
        str(len(made)),
        f"{statistics.mean(dice):.3f}",
        difference,
        f"{min(dice):.3f}",
        f"{found / len(made):.0%}",
        f"{warned / len(made):.0%}",
    ]


if __name__ == "__main__":
    print(kinds_table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
