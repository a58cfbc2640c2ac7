"""Cross-entropy loss, plain and class-balanced."""

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.losses.operands import loss_operands


def cross_entropy_loss(logits: Tensor, reference: Tensor) -> Tensor:
    """-log p on the foreground, -log(1 - p) on the background, p = sigmoid(logits): their mean.

    `logits` and `reference` (0 or 1) have the same, any, shape; the mean is over all pixels of
    the batch.
    """
    return functional.binary_cross_entropy_with_logits(*loss_operands(logits, reference))


def balanced_cross_entropy_loss(logits: Tensor, reference: Tensor) -> Tensor:
    """-beta log p on the foreground, -(1 - beta) log(1 - p) on the background: their mean.

    As in HED (Xie and Tu 2015, eq. 2): beta = |Y-| / |Y| is the background's share of all pixels of
    the batch, so that both classes weigh the same. HED sums over pixels; the mean does not depend
    on the size of the batch.
    `logits` and `reference` (0 or 1) have the same, any, shape.

    Where a class is missing, the other one has the weight 0: loss and gradient are 0.
    """
    logits, reference = loss_operands(logits, reference)
    beta = 1 - reference.mean()
    weight = torch.where(reference > 0, beta, 1 - beta)
    return functional.binary_cross_entropy_with_logits(logits, reference, weight=weight)
