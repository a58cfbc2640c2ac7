"""Whole scans by the fine models of a cross-validation, on another grid than they were trained on.

    .venv/bin/python Resources/experiments/accuracy/other_grid.py \\
        --folds runs/accuracy --scans ../shared/data/ct_volumes --pixel-mm 2 1.7 1.5

One line a scan: the Dice of the model at each pixel size.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from folds import changed, held_out, print_row

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest
from PancreasSegLib.segmenter.segmenter import Segmenter


def main() -> None:
    """Measure every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--pixel-mm", type=float, nargs="+", required=True)
    parser.add_argument("--model", default="rnn64-ct", choices=("jac64-ct", "rnn64-ct"))
    options = parser.parse_args()
    rows = []
    for path in sorted(options.folds.glob(f"fold-*/models/{options.model}.json")):
        segmenters = [on_grid(path, pixel_mm) for pixel_mm in options.pixel_mm]
        for name, scan, reference in held_out(segmenters[0].model.manifest, options.scans):
            rows.append([dice(s.segment(scan).mask.array, reference.array) for s in segmenters])
            print_row(name, rows[-1])
    print_row("mean", np.mean(rows, axis=0))


def on_grid(path: Path, pixel_mm: float) -> Segmenter:
    """The segmenter of a manifest, with square pixels of another size."""
    slice_mm = Manifest.from_file(path).spacing_mm[2]
    return changed(path, {"spacing_mm": (pixel_mm, pixel_mm, slice_mm)})


if __name__ == "__main__":
    main()
