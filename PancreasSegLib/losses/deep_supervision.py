"""Deep supervision: a loss on the fused and on every side output."""

from collections.abc import Callable

import torch
from torch import Tensor


def deeply_supervised(
    loss: Callable[[Tensor, Tensor], Tensor],
    maps: Tensor,
    reference: Tensor,
    coarser_weight: float = 1.0,
) -> Tensor:
    """The weighted mean of the loss over maps (N, 1 + scales, H, W): the fused, then finest first.

    Each map is compared with the same reference (N, 1, H, W). The fused map and the finest side
    output count alike, every other one `coarser_weight` times as much as the next finer: 1 takes
    all alike (HED, Cai et al. 2017); nnU-Net halves them (Isensee et al. 2021, doi
    10.1038/s41592-020-01008-z). HED sums over the outputs; the mean has the range of a single loss,
    whatever the number of scales.
    """
    losses = torch.stack([loss(map_, reference) for map_ in maps.split(1, dim=1)])
    # 0, 0, 1, 2, ...: the fused map is as fine as the finest side output.
    powers = (torch.arange(len(losses), device=losses.device) - 1).clamp(min=0)
    weights = coarser_weight**powers
    return (weights * losses).sum() / weights.sum()
