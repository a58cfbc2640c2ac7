"""What bfloat16 costs: whole scans by the models of a cross-validation, in two number formats.

    .venv/bin/python Resources/experiments/accuracy/precision.py \\
        --folds runs/accuracy --scans ../shared/data/ct_volumes

One line a scan: the Dice in float32, in bfloat16, and of the one mask with the other.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from folds import gain_in_words, held_out, print_row

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.segmenter import Segmenter

PRECISIONS = (torch.float32, torch.bfloat16)


def main() -> None:
    """Measure every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    options = parser.parse_args()
    rows = []
    for path in sorted(options.folds.glob(f"fold-*/models/{options.model}.json")):
        segmenter = Segmenter(path)
        for name, scan, reference in held_out(segmenter.model.manifest, options.scans):
            masks = []
            for precision in PRECISIONS:
                segmenter.compute = Compute(torch.device("cpu"), precision)
                masks.append(segmenter.segment(scan).mask.array)
            rows.append([*(dice(mask, reference.array) for mask in masks), dice(*masks)])
            print_row(name, rows[-1])
    print_row("mean", np.mean(rows, axis=0))
    gains = np.array(rows)[:, 1] - np.array(rows)[:, 0]
    print("bfloat16 less float32:", gain_in_words(gains))


if __name__ == "__main__":
    main()
