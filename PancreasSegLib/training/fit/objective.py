"""What a training step minimises: the loss of the paper with deep supervision."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.losses import (
    balanced_cross_entropy_loss,
    class_loss,
    cross_entropy_loss,
    deeply_supervised,
    jaccard_loss,
)
from PancreasSegLib.networks import Network, Superpixels, UNet3D

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
    """The loss of a batch; `image` and `reference` (0 or 1) are (batch, length, rows, columns).

    All maps of the network are deeply supervised; where it refines them, the loss of its refined
    answer is added. `coarser_weight` is that of `deeply_supervised`.
    """
    maps = network.maps(image)
    slices = reference.flatten(0, 1).unsqueeze(1)
    of_maps = deeply_supervised(loss, maps.flatten(0, 1), slices, coarser_weight)
    return loss(network.refine(maps), reference) + of_maps if network.refines else of_maps


def class_objective(
    network: UNet3D, image: Tensor, classes: Tensor, coarser_weight: float = 1.0
) -> Tensor:
    """The loss of a batch of patches; `image` and `classes` are (batch, slices, rows, columns).

    Each side output is compared with every second, fourth, ... voxel, at its own resolution, and
    counts `coarser_weight` times as much as the next finer one.
    """
    losses = []
    for scale, logits in enumerate(network.class_maps(image)):
        step = 2**scale
        coarse = classes[:, ::step, ::step, ::step]
        slices, rows, columns = coarse.shape[1:]
        losses.append(class_loss(logits[..., :slices, :rows, :columns], coarse))
    weights = torch.tensor([coarser_weight**scale for scale in range(len(losses))])
    weights = weights.to(losses[0].device)
    return (weights * torch.stack(losses)).sum() / weights.sum()


def box_objective(network: Superpixels, pictures: Tensor, classes: Tensor) -> Tensor:
    """The cross-entropy of pictures (n, 1, 64, 64) of boxes and their classes (n,), 0 or 1."""
    return functional.cross_entropy(network.convnet(pictures), classes)
