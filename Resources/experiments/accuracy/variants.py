"""What each part of `multiview-ct` is worth: a cross-validation's models, put together otherwise.

    .venv/bin/python Resources/experiments/accuracy/variants.py --folds runs/accuracy \\
        --scans ../shared/data/ct_volumes --output Resources/experiments/accuracy/variants.json

Every scan is segmented whole, by its fold's models; a variant of which a fold lacks a model is left
out there. The file has every variant's Dice on every scan; what it already has of other scans
stays. The table is printed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from folds import changed, held_out

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest

VIEWS = "views64-ct"
WITH_OTHERS = {
    "`rnn64-ct`": (VIEWS, "rnn64-ct"),
    "`unet3d-ct`": (VIEWS, "unet3d-ct"),
    "`rnn64-ct` and `unet3d-ct`": (VIEWS, "rnn64-ct", "unet3d-ct"),
    "`rnn64-ct` and `rnn3d-ct`": (VIEWS, "rnn64-ct", "rnn3d-ct"),
    "`rnn64-ct` and `unet3d-ct` twice": (VIEWS, "rnn64-ct", "unet3d-ct", "unet3d-ct"),
}
"""What is in the median beside `unet32-ct`."""

VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"`views64-ct`, its {view} slices, cut at 0.5": (
            "views64-ct",
            {"views": (view,), "threshold": 0.5},
        )
        for view in ("axial", "coronal", "sagittal")
    },
    "`views64-ct`, smoothed and weighed": (
        "views64-ct",
        {"smoothing_mm": 2.0, "intensity_likelihood": True},
    ),
    "`unet32-ct`, smoothed and weighed, cut at 0.3": (
        "unet32-ct",
        {"smoothing_mm": 2.0, "intensity_likelihood": True, "threshold": 0.3},
    ),
    "`multiview-ct`": ("multiview-ct", {}),
    **{
        f"`multiview-ct`, the mean in place of the median, cut at {threshold}": (
            "multiview-ct",
            {"averaged_by": "mean", "threshold": threshold},
        )
        for threshold in (0.2, 0.3)
    },
    **{
        f"`multiview-ct`, cut at {threshold}": ("multiview-ct", {"threshold": threshold})
        for threshold in (0.15, 0.25, 0.3)
    },
    **{
        f"`multiview-ct` with {others}": ("multiview-ct", {"averaged_with": names})
        for others, names in WITH_OTHERS.items()
    },
    **{
        f"`multiview-ct` with {others}, the mean, cut at {threshold}": (
            "multiview-ct",
            {"averaged_with": names, "averaged_by": "mean", "threshold": threshold},
        )
        for others, names in WITH_OTHERS.items()
        if "unet3d-ct" in names
        for threshold in (0.2, 0.3)
    },
    **{
        f"without `unet32-ct`: `views64-ct`, `rnn64-ct` and `unet3d-ct`, the {by}, cut at {cut}": (
            "views64-ct",
            {
                "averaged_with": ("rnn64-ct", "unet3d-ct"),
                "averaged_by": by,
                "smoothing_mm": 2.0,
                "intensity_likelihood": True,
                "threshold": cut,
            },
        )
        for by in ("median", "mean")
        for cut in (0.2, 0.3)
    },
    "`views64-ct`, smoothed and weighed, seeing 276 x 240 x 192 mm": (
        "views64-ct",
        {
            "field_of_view_mm": (276.0, 240.0, 192.0),
            "smoothing_mm": 2.0,
            "intensity_likelihood": True,
        },
    ),
    "`unet3d-ct`, cut at 0.5, neither smoothed nor weighed": (
        "unet3d-ct",
        {"smoothing_mm": 0.0, "threshold": 0.5},
    ),
    **{
        f"`unet3d-ct`, cut at 0.5, neither smoothed nor weighed, seeing {seen}": (
            "unet3d-ct",
            {"smoothing_mm": 0.0, "threshold": 0.5, "field_of_view_mm": field_mm},
        )
        for seen, field_mm in (
            ("the region alone", (0.0, 0.0, 0.0)),
            ("276 x 240 x 192 mm", (276.0, 240.0, 192.0)),
            ("360 x 300 x 288 mm", (360.0, 300.0, 288.0)),
        )
    },
    **{
        f"`{name}`, smoothed, cut at {threshold}": (name, {"threshold": threshold})
        for name in ("unet3d-ct", "rnn3d-ct")
        for threshold in (0.3, 0.4)
    },
    **{
        f"`{name}`, smoothed and weighed, cut at {threshold}": (
            name,
            {"intensity_likelihood": True, "threshold": threshold},
        )
        for name in ("unet3d-ct", "rnn3d-ct")
        for threshold in (0.3, 0.4)
    },
    "`multiview-ct`, neither smoothed nor weighed": (
        "multiview-ct",
        {"smoothing_mm": 0.0, "intensity_likelihood": False},
    ),
    "`multiview-ct`, not smoothed": ("multiview-ct", {"smoothing_mm": 0.0}),
    "`multiview-ct`, not weighed": ("multiview-ct", {"intensity_likelihood": False}),
}
"""What is told of each, its manifest, and what is changed in it."""


def main() -> None:
    """Measure every variant on every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    scores = measured_before(options.output)
    for folder in sorted(options.folds.glob("fold-*/models")):
        segmenters = {
            what: changed(folder / f"{name}.json", changes)
            for what, (name, changes) in VARIANTS.items()
            if all(is_there(folder, needed) for needed in models_of(folder, name, changes))
        }
        if not segmenters:
            print(f"{folder}: its models are not here", flush=True)
            continue
        any_of_them = next(iter(segmenters.values())).model.manifest
        for name, scan, reference in held_out(any_of_them, options.scans):
            for what, segmenter in segmenters.items():
                found = segmenter.segment(scan).mask.array
                scores.setdefault(what, {})[name] = round(dice(found, reference.array), 4)
            print(name, flush=True)
    options.output.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    print("| | scans | mean DSC | median | worst |", "|---|---|---|---|---|", sep="\n")
    for what, cases in scores.items():
        values = list(cases.values())
        mean, median = np.mean(values), np.median(values)
        print(f"| {what} | {len(values)} | {mean:.3f} | {median:.3f} | {min(values):.3f} |")


def measured_before(output: Path) -> dict[str, dict[str, float]]:
    """The variants' Dice on the scans that were measured so far."""
    before = json.loads(output.read_text(encoding="utf-8")) if output.is_file() else {}
    return {what: before[what] for what in VARIANTS if what in before}


def models_of(folder: Path, name: str, changes: dict[str, Any]) -> tuple[str, ...]:
    """All models that take part in a variant's masks, but for the one that finds the region."""
    path = folder / f"{name}.json"
    others = changes.get("averaged_with")
    if others is None and path.is_file():
        others = Manifest.from_file(path).combination.averaged_with
    return (name, *(others or ()))


def is_there(folder: Path, name: str) -> bool:
    """Is it the fold's own? A bundled one of that name has seen all scans.

    Manifests of folds that were trained elsewhere may lie there without their weights.
    """
    path = folder / f"{name}.json"
    return path.is_file() and (folder / Manifest.from_file(path).weights).is_file()


if __name__ == "__main__":
    main()
