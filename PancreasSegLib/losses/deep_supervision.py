"""Deep supervision: a loss on the fused and on every side output."""

from collections.abc import Callable

import torch
from torch import Tensor


def deeply_supervised(
    loss: Callable[[Tensor, Tensor], Tensor], maps: Tensor, reference: Tensor
) -> Tensor:
    """The mean of the loss over JAC's maps (N, 1 + scales, H, W), fused and side outputs alike.

    Each map is compared with the same reference (N, 1, H, W). HED sums over the outputs; the
    mean has the range of a single loss, whatever the number of scales.
    """
    return torch.stack([loss(map_, reference) for map_ in maps.split(1, dim=1)]).mean()
