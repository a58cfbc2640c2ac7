"""What each part of `multiview-ct` is worth: a cross-validation's models, put together otherwise.

    .venv/bin/python Resources/experiments/accuracy/variants.py --folds runs/accuracy \\
        --scans ../shared/data/ct_volumes --output Resources/experiments/accuracy/variants.json

Every scan is segmented whole, by its fold's models; those of `short-views.toml` and of
`longer-views.toml` must be among them.
The file has every variant's Dice on every scan; the table is printed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from folds import changed, left_out

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest

VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"`views64-ct`, its {view} slices, cut at 0.5": (
            "views64-ct",
            {"views": (view,), "threshold": 0.5},
        )
        for view in ("axial", "coronal", "sagittal")
    },
    "RNN-64, smoothed and weighed, cut at 0.3": (
        "rnn64-ct",
        {"smoothing_mm": 2.0, "intensity_likelihood": True, "threshold": 0.3},
    ),
    "`multiview-ct`, neither smoothed nor weighed": (
        "multiview-ct",
        {"smoothing_mm": 0.0, "intensity_likelihood": False},
    ),
    "`multiview-ct`, not weighed": ("multiview-ct", {"intensity_likelihood": False}),
    "`multiview-ct`, `shortviews64-ct` in place of `views64-ct`": (
        "multiview-ct",
        {"averaged_with": ("shortviews64-ct",)},
    ),
    "`multiview-ct`, with `shortviews64-ct` as well": (
        "multiview-ct",
        {"averaged_with": ("views64-ct", "shortviews64-ct")},
    ),
    "`multiview-ct`, `longerviews64-ct` in place of `views64-ct`": (
        "multiview-ct",
        {"averaged_with": ("longerviews64-ct",)},
    ),
}
"""What is told of each, its manifest, and what is changed in it."""


def main() -> None:
    """Measure every variant on every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    scores: dict[str, dict[str, float]] = {what: {} for what in VARIANTS}
    for folder in sorted(options.folds.glob("fold-*/models")):
        segmenters = {
            what: changed(folder / f"{name}.json", changes)
            for what, (name, changes) in VARIANTS.items()
        }
        manifest = Manifest.from_file(folder / "multiview-ct.json")
        for name, scan, reference in left_out(manifest, options.scans):
            for what, segmenter in segmenters.items():
                found = segmenter.segment(scan).mask.array
                scores[what][name] = round(dice(found, reference.array), 4)
            print(name, flush=True)
    options.output.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    print("| | mean DSC | median | worst |", "|---|---|---|---|", sep="\n")
    for what, cases in scores.items():
        values = list(cases.values())
        mean, median = np.mean(values), np.median(values)
        print(f"| {what} | {mean:.3f} | {median:.3f} | {min(values):.3f} |")


if __name__ == "__main__":
    main()
