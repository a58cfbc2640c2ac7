"""What every loss does first: the two operands in one shape and one precision."""

import torch
from torch import Tensor


def loss_operands(prediction: Tensor, reference: Tensor) -> tuple[Tensor, Tensor]:
    """Prediction and reference of the same shape, both in float32 at least.

    Sums over a batch have too many terms for half precision, which mixed-precision training
    hands in. Raises `ValueError` if the shapes differ, where torch would broadcast in silence.
    """
    if prediction.shape != reference.shape:
        raise ValueError(
            f"The prediction has shape {tuple(prediction.shape)} "
            f"and the reference {tuple(reference.shape)}; a loss needs them alike."
        )
    precision = torch.promote_types(prediction.dtype, torch.float32)
    return prediction.to(precision), reference.to(precision)
