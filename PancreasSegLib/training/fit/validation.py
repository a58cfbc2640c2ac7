"""Validation on the training grid, around the reference; whole scans are measured at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.networks import Network
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.stack_runner import StackRunner
from PancreasSegLib.training.data.batches import AnyBatches
from PancreasSegLib.training.data.stack import Stack


def measure_dice(
    network: Network, stacks: Sequence[Stack], batches: AnyBatches, compute: Compute
) -> dict[str, float]:
    """The Dice of every 3D stack, inside the window that training crops come from."""
    network.eval()
    scores = {}
    for stack in stacks:
        if not stack.loose:
            window = batches.window(stack)
            image = stack.image[window].astype(np.float32) / 255
            probability = StackRunner(compute).probability(network, image)
            scores[stack.name] = dice(probability > 0.5, stack.mask[window] > 0)
    return scores
