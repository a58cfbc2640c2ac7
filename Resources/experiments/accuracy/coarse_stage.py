"""The coarse stage of every fold by itself, and what a darker or brighter scan does to the whole.

    .venv/bin/python Resources/experiments/accuracy/coarse_stage.py \\
        --folds runs/accuracy --scans ../shared/data/ct_volumes

One line a scan that the fold left out: the Dice of the coarse model's own mask, on its own grid and
at its own threshold; then, with all grey values moved by -25, 0 and 25 HU, the share of the
reference inside the region that was found and the Dice of RNN-64 in it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from folds import held_out, print_row

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.segmenter.stack_runner import StackRunner
from PancreasSegLib.segmenter.window import windowed_on_grid
from PancreasSegLib.training.proof.held_out import share_inside
from PancreasSegLib.volume import Volume, patient_grid, resample

SHIFTS_HU = (-25, 0, 25)


def main() -> None:
    """Measure every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    options = parser.parse_args()
    rows = []
    for models in sorted(options.folds.glob("fold-*/models")):
        segmenter = Segmenter(models / "rnn64-ct.json")
        for name, scan, reference in held_out(segmenter.model.manifest, options.scans):
            rows.append(measure(scan, reference, segmenter))
            print_row(name, rows[-1])
    print_row("mean", np.mean(rows, axis=0))


def measure(scan: Volume, reference: Volume, segmenter: Segmenter) -> list[float]:
    """The coarse Dice, then share in the region and Dice for each of SHIFTS_HU."""
    numbers = [coarse_dice(scan, reference, segmenter)]
    for shift in SHIFTS_HU:
        result = segmenter.segment(scan.with_array(scan.array + shift))
        inside = share_inside(reference, result.report.region)
        numbers += [inside, dice(result.mask.array, reference.array)]
    return numbers


def coarse_dice(scan: Volume, reference: Volume, segmenter: Segmenter) -> float:
    """How well the coarse model alone segments."""
    assert segmenter.region_model is not None and segmenter.region_network is not None
    coarse = segmenter.region_model.manifest
    grid = patient_grid(scan.grid, coarse.spacing_mm)
    stack = windowed_on_grid(scan, coarse.window, grid).array
    probability = StackRunner(segmenter.compute).probability(segmenter.region_network, stack)
    truth = resample(reference, grid, outside=0.0).array >= 0.5
    return dice(probability > coarse.combination.threshold, truth)


if __name__ == "__main__":
    main()
