"""Two cross-validations of the same scans, scan by scan.

    .venv/bin/python Resources/experiments/accuracy/paired.py BEFORE.json AFTER.json

For each model one line a scan: the Dice before and after. Then the mean of the differences, its
standard error over the scans, and in how many scans it is better.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from folds import gain_in_words, print_row


def main() -> None:
    """Compare every model that both summaries have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args()
    before, after = (
        json.loads(path.read_text(encoding="utf-8"))["models"]
        for path in (options.before, options.after)
    )
    for model in sorted(before.keys() & after.keys()):
        compare(model, before[model]["cases"], after[model]["cases"])


def compare(
    model: str, before: dict[str, dict[str, float]], after: dict[str, dict[str, float]]
) -> None:
    """Print one model's lines."""
    print(model)
    scans = sorted(before)
    pairs = np.array([(before[scan]["dice"], after[scan]["dice"]) for scan in scans])
    for scan, pair in zip(scans, pairs, strict=True):
        print_row(scan, pair)
    gains = pairs[:, 1] - pairs[:, 0]
    print(f"{gain_in_words(gains)}, better in {(gains > 0).sum()} of {len(gains)}")


if __name__ == "__main__":
    main()
