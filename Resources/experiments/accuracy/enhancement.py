"""How bright the pancreas is in every scan, and how much of that a "tissue" window takes away.

    .venv/bin/python Resources/experiments/accuracy/enhancement.py \\
        Resources/experiments/ct/rnn64-ct.toml

One line a scan: the median of the pancreas in HU, and what it would be in a scan of typical
enhancement, as the networks see it. Then the means and standard deviations of the scans and of the
loose slices.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from folds import print_row

from PancreasSegLib.models import Window
from PancreasSegLib.training.config import TrainingConfig, read_config
from PancreasSegLib.training.stack import Stack
from PancreasSegLib.training.training_set import load_training_set

WIDTH_HU = (-100.0, 275.0)
"""No pancreas is cut off."""


def main() -> None:
    """Read the training set with a fixed window and with one that follows the tissue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    config = read_config(parser.parse_args().config)
    stacks = [load(config, kind) for kind in ("hu", "tissue")]
    rows = {}
    for pair in zip(*stacks, strict=True):
        if pair[0].mask.any():
            rows[pair[0].name] = [pancreas_hu(stack) for stack in pair]
    scans = [stack.name for stack in stacks[0] if not stack.loose]
    for name in scans:
        print_row(name, rows[name])
    for group, names in (("scans", scans), ("loose", rows.keys() - scans)):
        table = np.array([rows[name] for name in names])
        print_row(f"{group}, mean", table.mean(axis=0))
        print_row(f"{group}, sd", table.std(axis=0))


def load(config: TrainingConfig, kind: str) -> tuple[Stack, ...]:
    """All scans and loose slices through a window of that kind."""
    data = replace(config.data, window=Window(kind, *WIDTH_HU))
    return load_training_set(replace(config, data=data)).training


def pancreas_hu(stack: Stack) -> float:
    """The median of the pancreas."""
    low, high = WIDTH_HU
    return float(low + np.median(stack.image[stack.mask > 0]) / 255 * (high - low))


if __name__ == "__main__":
    main()
