"""Grey values drawn anew from a scan's tissues, so that a network learns shapes, not contrasts.

After Billot et al. 2023 (SynthSeg, arXiv 2107.09559): each tissue gets a random grey value and
spread, and all of it a bias field; noise and a little blur come with the other augmentation. Their
random resolution is left out: on a grid of some millimetres most of it would not be seen.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.segmenter.window import grey_levels

DARKEST_AIR = 0.05
LARGEST_SPREAD = 0.08
LARGEST_TEXTURE = 1.5
"""How many times as strong as in the CT, either way, the grey values of a tissue differ from its
mean: what fat does to a pancreas stays visible."""

FIELD_POINTS = 4
LARGEST_FIELD = 0.35
"""Standard deviation of the logarithm of a bias field, at its few points in each direction."""


def drawn_anew(image: Tensor, tissues: Tensor, window: Window, random: torch.Generator) -> Tensor:
    """Successive slices (T, H, W) in other grey values, in 0 to 1 of the `window`, as the segmenter
    sees a scan.

    image: the CT in 0 to 1. tissues: int64, 0 for air; each has one new grey value in all slices.
    """
    count = int(tissues.max()) + 1
    means = torch.rand(count, generator=random)
    means[0] *= DARKEST_AIR
    spread, texture = (
        most * torch.rand(count, generator=random) for most in (LARGEST_SPREAD, LARGEST_TEXTURE)
    )
    texture *= torch.randint(2, (count,), generator=random) * 2 - 1
    texture[0] = 0
    noise = torch.randn(image.shape, generator=random)
    own = _tissue_means(image, tissues, count)
    differing = (image - own[tissues]) * texture[tissues]
    drawn = means[tissues] + differing + spread[tissues] * noise
    drawn = drawn.clamp(min=0) * _bias_field(image.shape[-2:], random)
    low, high = grey_levels(drawn.numpy(), window)
    return ((drawn - low) / (high - low)).clamp(0, 1)


def _tissue_means(image: Tensor, tissues: Tensor, count: int) -> Tensor:
    flat = tissues.flatten()
    sums = torch.zeros(count).index_add_(0, flat, image.flatten())
    return sums / torch.bincount(flat, minlength=count).clamp(min=1)


def _bias_field(shape: torch.Size, random: torch.Generator) -> Tensor:
    """(H, W), about 1: a coil's sensitivity, the same in neighbouring slices."""
    strength = LARGEST_FIELD * torch.rand((), generator=random)
    points = torch.randn((1, 1, FIELD_POINTS, FIELD_POINTS), generator=random) * strength
    field = functional.interpolate(points, size=tuple(shape), mode="bicubic", align_corners=True)
    return field[0, 0].exp()
