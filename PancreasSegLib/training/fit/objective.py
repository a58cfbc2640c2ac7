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
from PancreasSegLib.networks import RNN, Network

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

    JAC and UNet take every slice by itself and are deeply supervised; RNN adds the loss of its
    refined output to that of the CNN inside it, which is fine-tuned with it. `coarser_weight` is
    that of `deeply_supervised`.
    """
    slices = reference.flatten(0, 1).unsqueeze(1)
    if not isinstance(network, RNN):
        maps = network(image.flatten(0, 1).unsqueeze(1))
        return deeply_supervised(loss, maps, slices, coarser_weight)
    refined, maps = network.forward_with_side_outputs(image.unsqueeze(2))
    of_cnn = deeply_supervised(loss, maps.flatten(0, 1), slices, coarser_weight)
    return loss(refined, reference) + of_cnn
