"""Cross-entropy and Dice loss of several classes, the pancreas and other organs among them."""

import torch
from torch import Tensor
from torch.nn import functional

PANCREAS_WEIGHT = 4.0
"""How much more than any other class the pancreas counts: the others are there to help it."""


def class_loss(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy plus soft Dice loss (Isensee et al. 2021, doi 10.1038/s41592-020-01008-z).

    `logits` (N, C, ...) and `classes` (N, ...), whole numbers: 0 for none, 1 for the pancreas, then
    other organs. The Dice loss is a mean over the classes but 0 that the batch shows, each reduced
    over the whole batch. In both parts the pancreas counts PANCREAS_WEIGHT times.

    Raises `ValueError` if the shapes do not belong together.
    """
    if logits.shape[:1] + logits.shape[2:] != classes.shape:
        raise ValueError(
            f"The logits have shape {tuple(logits.shape)} and the classes {tuple(classes.shape)};"
            " a loss needs them alike, but for the axis of the classes."
        )
    logits, classes = logits.float(), classes.long()
    weights = torch.ones(logits.shape[1], device=logits.device)
    weights[1] = PANCREAS_WEIGHT
    cross_entropy = functional.cross_entropy(logits, classes, weight=weights)
    return cross_entropy + _dice_loss(logits.softmax(dim=1), classes, weights)


def _dice_loss(probability: Tensor, classes: Tensor, weights: Tensor) -> Tensor:
    shown = functional.one_hot(classes, probability.shape[1]).movedim(-1, 1)
    axes = [axis for axis in range(probability.ndim) if axis != 1]
    common = (probability * shown).sum(axes)
    both = probability.sum(axes) + shown.sum(axes)
    weights = weights * (shown.sum(axes) > 0)
    weights[0] = 0.0
    # A batch that shows no class but 0 has all weights 0, and no Dice loss.
    return (weights * (1 - 2 * common / both)).sum() / weights.sum().clamp_min(1.0)
