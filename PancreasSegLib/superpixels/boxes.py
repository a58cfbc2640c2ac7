"""A superpixel's bounding box, enlarged, as a picture of one size: what the ConvNet is shown."""

import torch
from torch import Tensor
from torch.nn import functional

SIDE = 64
"""Rows and columns of the picture (Roth et al. 2015)."""


def regular_points() -> Tensor:
    """Where in the box the picture's pixels lie: (64, 64, 2) as (across, down), -1 to 1."""
    steps = (torch.arange(SIDE) * 2 + 1) / SIDE - 1
    down, across = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([across, down], dim=-1)


def pictures(slices: Tensor, slice_of: Tensor, boxes: Tensor, points: Tensor) -> Tensor:
    """Pictures (n, 1, 64, 64) of boxes in slices (S, H, W); 0 beyond the slice's end.

    slice_of: (n,), which slice. boxes: (n, 4), rows and columns as `boxes_of` gives them, already
    enlarged. points: (64, 64, 2), or one such set (n, 64, 64, 2) for each box.
    """
    height, width = slices.shape[1:]
    centre = (boxes[:, 2:] + boxes[:, :2]).flip(1) / 2
    half = (boxes[:, 2:] - boxes[:, :2] + 1).flip(1) / 2
    places = centre[:, None, None] + points.to(boxes) * half[:, None, None]
    size = torch.tensor([width, height], device=boxes.device, dtype=boxes.dtype)
    grid = (2 * places + 1) / size - 1
    seen = slices[slice_of].unsqueeze(1)
    return functional.grid_sample(seen, grid, padding_mode="zeros", align_corners=False)


def enlarged(boxes: Tensor, factor: Tensor | float) -> Tensor:
    """Boxes (n, 4) whose sides are `factor` times as long about their middles."""
    middle = (boxes[:, 2:] + boxes[:, :2]) / 2
    # From the first pixel's outer edge to the last one's; a box of one pixel measures one.
    half = (boxes[:, 2:] - boxes[:, :2] + 1) / 2
    factor = torch.as_tensor(factor, device=boxes.device, dtype=boxes.dtype).reshape(-1, 1)
    grown = half * factor - 0.5
    return torch.cat([middle - grown, middle + grown], dim=1)
