"""Validation on the training grid, around the reference; whole scans are measured at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.networks import Network
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.stack_runner import StackRunner
from PancreasSegLib.training.data.stack import Stack


def measure_dice(network: Network, stacks: Sequence[Stack], compute: Compute) -> dict[str, float]:
    """The Dice of every stack."""
    network.eval()
    scores = {}
    for stack in stacks:
        image = stack.image.astype(np.float32) / 255
        probability = StackRunner(compute).probability(network, image)
        scores[stack.name] = dice(probability > 0.5, stack.mask > 0)
    return scores
