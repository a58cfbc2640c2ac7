"""What a training step minimises: the loss of the paper with deep supervision."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from PancreasSegLib.losses import (
    balanced_cross_entropy_loss,
    cross_entropy_loss,
    deeply_supervised,
    jaccard_loss,
)
from PancreasSegLib.networks import Network

Loss = Callable[[Tensor, Tensor], Tensor]

LOSSES: dict[str, Loss] = {
    "jaccard": jaccard_loss,
    "cross_entropy": cross_entropy_loss,
    "balanced_cross_entropy": balanced_cross_entropy_loss,
}


def objective(
    network: Network,
    loss: Loss,
    image: Tensor,
    reference: Tensor,
    coarser_weight: float = 1.0,
) -> Tensor:
    """The loss of a batch; `image` and `reference` are (batch, length, rows, columns).

    All maps of the network are deeply supervised; where it refines them, the loss of its refined
    answer is added. `coarser_weight` is that of `deeply_supervised`.
    """
    maps = network.maps(image)
    slices = reference.flatten(0, 1).unsqueeze(1)
    of_maps = deeply_supervised(loss, maps.flatten(0, 1), slices, coarser_weight)
    return loss(network.refine(maps), reference) + of_maps if network.refines else of_maps
