"""The coarse stage of every fold by itself, and what a darker or brighter scan does to the whole.

    .venv/bin/python Resources/experiments/accuracy/coarse_stage.py \\
        --folds runs/accuracy --scans ../shared/data/ct_volumes

One line a scan that the fold left out: the Dice of the coarse model's own mask; then, with all grey
values moved by -25, 0 and 25 HU, the share of the reference inside the region that was found and
the Dice of RNN-64 in it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.left_out import share_inside
from PancreasSegLib.volume import Volume, read_mask, read_volume

SHIFTS_HU = (-25, 0, 25)


def main() -> None:
    """Measure every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    options = parser.parse_args()
    rows = []
    for models in sorted(options.folds.glob("fold-*/models")):
        coarse, fine = (Segmenter(models / f"{name}.json") for name in ("coarse-ct", "rnn64-ct"))
        for name in Manifest.from_file(models / "rnn64-ct.json").training["left_out_scans"]:
            scan = read_volume(options.scans / f"{name}.nii.gz")
            reference = read_mask(options.scans / f"{name}_pancreas.nii.gz")
            rows.append(measure(scan, reference, coarse, fine))
            print(name, *(f"{number:.3f}" for number in rows[-1]), flush=True)
    print("mean   ", *(f"{number:.3f}" for number in np.mean(rows, axis=0)))


def measure(scan: Volume, reference: Volume, coarse: Segmenter, fine: Segmenter) -> list[float]:
    """The coarse Dice, then share in the region and Dice for each of SHIFTS_HU."""
    truth = reference.array > 0
    numbers = [dice(coarse.segment(scan).mask.array > 0, truth)]
    for shift in SHIFTS_HU:
        result = fine.segment(scan.with_array(scan.array + shift))
        inside = share_inside(reference, result.report.region)
        numbers += [inside, dice(result.mask.array > 0, truth)]
    return numbers


if __name__ == "__main__":
    main()
