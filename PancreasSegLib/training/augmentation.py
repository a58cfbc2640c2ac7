"""Augmentation, vectorised in torch: one random change for a whole stack of slices.

Geometry (rotation, scale, shift, elastic) is one sampling grid for all slices of a crop, so that
successive slices stay consistent; intensity (contrast, brightness, gamma, blur) likewise; noise is
drawn per pixel. There is no mirroring: the abdomen is not symmetric.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.training.config import Augmentation


def uniform(generator: torch.Generator, low: float, high: float) -> float:
    """One number between `low` and `high`."""
    return low + (high - low) * float(torch.rand((), generator=generator))


def sampling_grid(
    size: tuple[int, int],
    centre: tuple[float, float],
    pixel_mm: float,
    amount: Augmentation,
    loose: bool,
    generator: torch.Generator,
) -> Tensor:
    """Where each pixel of a crop is taken from: (rows, columns, 2), as (row, column) of the slice.

    `size` is the crop in pixels, `centre` the (row, column) of its centre in the slice.
    """
    angle = math.radians(uniform(generator, -1, 1) * amount.rotation_degrees)
    spread = amount.loose_scale if loose else amount.scale
    scale = math.exp(uniform(generator, -1, 1) * math.log1p(spread))
    rows = torch.arange(size[0], dtype=torch.float32) - (size[0] - 1) / 2
    columns = torch.arange(size[1], dtype=torch.float32) - (size[1] - 1) / 2
    row, column = torch.meshgrid(rows, columns, indexing="ij")
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    grid = torch.stack([cosine * row - sine * column, sine * row + cosine * column], dim=-1)
    # A control point every 32 pixels and three more, smoothed by cubic interpolation.
    points = [max(size[0] // 32, 1) + 3, max(size[1] // 32, 1) + 3]
    shift = torch.randn((1, 2, *points), generator=generator) * (amount.elastic_mm / 2 / pixel_mm)
    smooth = functional.interpolate(shift, size=size, mode="bicubic", align_corners=True)
    return grid + smooth[0].permute(1, 2, 0) + torch.tensor(centre)


def take(slices: Tensor, grid: Tensor) -> Tensor:
    """Sample `slices` (T, H, W) at `grid` (rows, columns, 2): (T, rows, columns), zero outside."""
    extent = torch.tensor(slices.shape[-2:], dtype=torch.float32)
    normalised = (2 * grid + 1) / extent - 1
    return functional.grid_sample(
        slices[None], normalised.flip(-1)[None], mode="bilinear", align_corners=False
    )[0]


def change_intensity(
    image: Tensor, pixel_mm: float, amount: Augmentation, generator: torch.Generator
) -> Tensor:
    """Contrast, brightness, gamma, blur and noise on a windowed image (T, H, W) in [0, 1]."""
    mean = image.mean()
    contrast = math.exp(uniform(generator, -1, 1) * math.log1p(amount.contrast))
    image = (image - mean) * contrast + mean + uniform(generator, -1, 1) * amount.brightness
    gamma = math.exp(uniform(generator, -1, 1) * math.log1p(amount.gamma))
    image = image.clamp(0, 1) ** gamma
    if uniform(generator, 0, 1) < 0.3:
        image = blur(image, uniform(generator, 0, amount.blur_mm) / pixel_mm)
    noise = uniform(generator, 0, amount.noise)
    return (image + noise * torch.randn(image.shape, generator=generator)).clamp(0, 1)


def blur(image: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of each slice of (T, H, W), `sigma` in pixels."""
    offset = torch.arange(-3, 4, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (offset / max(sigma, 1e-3)) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(image[:, None], (3, 3, 3, 3), mode="replicate")
    rows = functional.conv2d(padded, kernel[None, None, :, None])
    return functional.conv2d(rows, kernel[None, None, None, :])[:, 0]
