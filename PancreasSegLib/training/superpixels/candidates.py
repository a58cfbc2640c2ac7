"""How much of the pancreas the candidates hold, and how good superpixels can be at best."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import torch
from torch import Tensor

from PancreasSegLib.superpixels.statistics import count_of, sizes_of
from PancreasSegLib.training.superpixels.regions import TrainingRegion


def measure_candidates(
    regions: Sequence[TrainingRegion], candidates: Sequence[Tensor]
) -> dict[str, float]:
    """The means over `regions` of what `overlap` tells: of the best labelling of the superpixels,
    and of the `candidates`, numbers (m,) of them, of each region.
    """
    best = [overlap(region, region.positive) for region in regions]
    kept = []
    for region, numbers in zip(regions, candidates, strict=True):
        chosen = torch.zeros(count_of(region.labels), dtype=torch.bool)
        chosen[numbers] = True
        kept.append(overlap(region, chosen))
    return {
        "optimal_dice": round(statistics.mean(dice for dice, _ in best), 4),
        "candidate_dice": round(statistics.mean(dice for dice, _ in kept), 4),
        "candidate_sensitivity": round(statistics.mean(share for _, share in kept), 4),
    }


def overlap(region: TrainingRegion, chosen: Tensor) -> tuple[float, float]:
    """Dice, and the share of the reference inside, of the superpixels that are `chosen` (n,)."""
    sizes = sizes_of(region.labels)
    pancreas = region.share.double() * sizes
    inside = float(pancreas[chosen].sum())
    both = float(sizes[chosen].sum()) + float(pancreas.sum())
    return 2 * inside / both, inside / float(pancreas.sum())
