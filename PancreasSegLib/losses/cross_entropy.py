"""Cross-entropy loss."""

from torch import Tensor
from torch.nn import functional

from PancreasSegLib.losses.operands import loss_operands


def cross_entropy_loss(logits: Tensor, reference: Tensor) -> Tensor:
    """-log p on the foreground, -log(1 - p) on the background, p = sigmoid(logits): their mean.

    `logits` and `reference` (0 or 1) have the same, any, shape; the mean is over all pixels of
    the batch.
    """
    return functional.binary_cross_entropy_with_logits(*loss_operands(logits, reference))
