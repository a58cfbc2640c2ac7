"""Jaccard loss (Cai et al. 2017, eq. 2)."""

import torch
from torch import Tensor

from PancreasSegLib.losses.operands import loss_operands


def jaccard_loss(logits: Tensor, reference: Tensor) -> Tensor:
    """The Jaccard loss of sigmoid(logits); see `jaccard_loss_of_probability`."""
    logits, reference = loss_operands(logits, reference)
    return jaccard_loss_of_probability(torch.sigmoid(logits), reference)


def jaccard_loss_of_probability(probability: Tensor, reference: Tensor) -> Tensor:
    """1 - A/B, with A = sum of p over Y+ and B = |Y+| + sum of p over Y- (eq. 2), a scalar.

    `probability` in [0, 1] and `reference` (0 or 1) have the same, any, shape. Y+ and Y- are the
    foreground and background pixels of the *whole batch*, reduced together: slices without
    pancreas then count by their false positives. The gradient is -1/B on the foreground and
    +A/B^2 on the background (eq. 3 in print has a minus sign there, which is wrong).

    A batch without any foreground has A = 0: its loss is 1 and its gradient 0.
    """
    probability, reference = loss_operands(probability, reference)
    intersection = (probability * reference).sum()
    union = reference.sum() + (probability * (1 - reference)).sum()
    # Any foreground makes the union at least 1: the guard acts on batches without, where A = 0.
    return 1 - intersection / union.clamp_min(torch.finfo(union.dtype).eps)
