"""Class-balanced cross-entropy loss (HED, Xie and Tu 2015, eq. 2)."""

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.losses.operands import loss_operands


def balanced_cross_entropy_loss(logits: Tensor, reference: Tensor) -> Tensor:
    """-beta log p on the foreground, -(1 - beta) log(1 - p) on the background: their mean.

    beta = |Y-| / |Y| is the background's share of all pixels of the batch, so that both classes
    weigh the same. HED sums over pixels; the mean does not depend on the size of the batch.
    `logits` and `reference` (0 or 1) have the same, any, shape.

    Where a class is missing, the other one has the weight 0: loss and gradient are 0.
    """
    logits, reference = loss_operands(logits, reference)
    beta = 1 - reference.mean()
    weight = torch.where(reference > 0, beta, 1 - beta)
    return functional.binary_cross_entropy_with_logits(logits, reference, weight=weight)
