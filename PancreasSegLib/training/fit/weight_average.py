"""A moving average of the weights: a network better than any that the training passes through."""

from __future__ import annotations

from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from PancreasSegLib.networks import Network


def weight_average(network: Network, share: float) -> AveragedModel:
    """The average of `network`'s weights over its steps; `update_parameters` is called in each.

    In a step it keeps `share` of itself, and less in the first ones: (1 + n) / (10 + n) of it after
    n steps, so that the random start is soon forgotten.
    """

    def moved(average: Tensor, current: Tensor, steps: Tensor | int) -> Tensor:
        kept = min(share, (1 + int(steps)) / (10 + int(steps)))
        return average.lerp(current, 1 - kept)

    return AveragedModel(network, avg_fn=moved)
