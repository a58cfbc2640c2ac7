"""What each part of the default is worth: a cross-validation's models, put together otherwise.

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

from PancreasSegLib.files.markdown_table import markdown_table
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest
from PancreasSegLib.training.export.model_card import in_words

WITH_GREY_VALUES = {"smoothing_mm": 2.0, "intensity_likelihood": True}
"""What is done to the average in the product."""

ALL = ("unet32-ct", "views64-ct", "rnn64-ct", "unet3d-ct")

MEMBERS = (
    ("unet32-ct", "views64-ct"),
    ("unet32-ct", "views64-ct", "rnn64-ct"),
    ("unet32-ct", "views64-ct", "unet3d-ct"),
    ("views64-ct", "rnn64-ct", "unet3d-ct"),
    ALL,
    (*ALL, "unet3d-ct"),
)


def average(
    names: tuple[str, ...], by: str, cut: float, **changes: Any
) -> tuple[str, dict[str, Any]]:
    """The first of `names` averaged with the others, then smoothed, weighed and cut."""
    combination = {
        "averaged_with": names[1:],
        "averaged_by": by,
        "threshold": cut,
        "least_component": 0.5,
    }
    return names[0], {**combination, **WITH_GREY_VALUES, **changes}


def listed(names: tuple[str, ...]) -> str:
    """The names in words."""
    return in_words([f"`{name}`" for name in names])


VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"`views64-ct`, its {view} slices, cut at 0.5": (
            "views64-ct",
            {"views": (view,), "threshold": 0.5},
        )
        for view in ("axial", "coronal", "sagittal")
    },
    "`unet3d-ct`, cut at 0.5, neither smoothed nor weighed": (
        "unet3d-ct",
        {"smoothing_mm": 0.0, "intensity_likelihood": False, "threshold": 0.5},
    ),
    **{
        f"`{name}`, smoothed and weighed, cut at {cut}": (
            name,
            {**WITH_GREY_VALUES, "threshold": cut},
        )
        for name, cut in (
            ("jac64-ct", 0.3),
            ("rnn64-ct", 0.3),
            ("views64-ct", 0.3),
            ("unet32-ct", 0.3),
            ("unet3d-ct", 0.4),
        )
    },
    **{
        f"{by} of {listed(names)}, cut at {cut}": average(names, by, cut)
        for by, cut in (("median", 0.2), ("mean", 0.3))
        for names in MEMBERS
    },
    "median of `unet32-ct` and `views64-ct`, cut at 0.2, pieces of 0.3": average(
        ("unet32-ct", "views64-ct"), "median", 0.2, least_component=0.3
    ),
    **{
        f"mean of {listed(ALL)}, cut at {cut}": average(ALL, "mean", cut)
        for cut in (0.2, 0.25, 0.35, 0.4)
    },
    **{
        f"mean of {listed(ALL)}, cut at 0.3, {told}": average(ALL, "mean", 0.3, **changes)
        for told, changes in (
            ("not smoothed", {"smoothing_mm": 0.0}),
            ("not weighed", {"intensity_likelihood": False}),
            ("neither smoothed nor weighed", {"smoothing_mm": 0.0, "intensity_likelihood": False}),
            ("pieces of 0.3", {"least_component": 0.3}),
            ("all pieces", {"least_component": 0.0}),
            ("the largest piece alone", {"least_component": 1.0}),
        )
    },
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
    print(table(scores))


def table(scores: dict[str, dict[str, float]]) -> str:
    """One row a variant: mean, median and worst Dice."""
    rows = []
    for what, cases in scores.items():
        values = list(cases.values())
        figures = (np.mean(values), np.median(values), min(values))
        rows.append([what, str(len(values)), *(f"{figure:.3f}" for figure in figures)])
    return markdown_table(["", "scans", "mean DSC", "median", "worst"], rows)


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
