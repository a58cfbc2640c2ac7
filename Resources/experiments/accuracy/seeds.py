"""How far two seeds of the cross-validation lie apart, and what the mean of both gives.

    .venv/bin/python Resources/experiments/accuracy/seeds.py \\
        --folds runs/accuracy runs/accuracy/seed-2 --scans ../shared/data/ct_volumes

One line a scan: the Dice of JAC-64 by each seed, that of RNN-64 by each seed, and that of the mean
of RNN-64's probabilities. Then RNN-64 less JAC-64, scan by scan over all seeds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from folds import gain_in_words, held_out, print_row

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.segmenter.cut import mask_of
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume import Volume

MODELS = ("jac64-ct", "rnn64-ct")


def main() -> None:
    """Measure every scan of every fold by all seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, nargs="+", required=True, help="one folder a seed")
    parser.add_argument("--scans", type=Path, required=True)
    options = parser.parse_args()
    rows = []
    for fold in sorted(path.name for path in options.folds[0].glob("fold-*")):
        segmenters = [
            [Segmenter(seed / fold / "models" / f"{model}.json") for seed in options.folds]
            for model in MODELS
        ]
        for name, scan, reference in held_out(segmenters[0][0].model.manifest, options.scans):
            rows.append(measure(scan, reference.array, segmenters))
            print_row(name, rows[-1])
    table = np.array(rows)
    for what in (np.mean, np.median, np.min):
        print_row(what.__name__, what(table, axis=0))
    seeds = len(options.folds)
    jac, rnn = table[:, :seeds], table[:, seeds : 2 * seeds]
    print(f"RNN-64 less JAC-64: {gain_in_words((rnn - jac).mean(axis=1))}")
    for model, scores in (("JAC-64", jac), ("RNN-64", rnn)):
        apart = scores.std(axis=1, ddof=1)
        print(f"{model}: standard deviation over seeds {np.sqrt((apart**2).mean()):.3f} a scan")


def measure(scan: Volume, truth: np.ndarray, segmenters: list[list[Segmenter]]) -> list[float]:
    """The Dice of every model and seed, then of the mean of the last model's seeds."""
    scores = []
    for seeds in segmenters:
        results = [segmenter.segment(scan, keep_probability=True) for segmenter in seeds]
        scores += [dice(result.mask.array, truth) for result in results]
    manifest = segmenters[-1][0].model.manifest
    # Not calibrated: a fold's model knows no curve.
    probability = np.mean(
        [r.probability.array for r in results if r.probability is not None], axis=0
    )
    mean = mask_of(probability, manifest.combination)
    return [*scores, dice(mean, truth)]


if __name__ == "__main__":
    main()
