"""Augmentation, vectorised in torch: one random change for a whole stack of slices.

Geometry (rotation, scale, shift, elastic) is one sampling grid for all slices of a crop, so that
successive slices stay consistent; intensity (contrast, brightness, gamma, blur) likewise; noise is
drawn per pixel. Only `damage` changes single slices of a stack. There is no mirroring: the abdomen
is not symmetric.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.training.config import Augmentation

RECTANGLE_MM = (72.0, 96.0)
"""The largest part of a slice (rows, columns) that is lost at once: half of a pancreas or more."""


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


def damage(image: Tensor, pixel_mm: float, share: float, generator: torch.Generator) -> Tensor:
    """Spoil about `share` of the slices of a windowed stack (T, H, W) in [0, 1], each by itself.

    One half lose a rectangle of up to 72 x 96 mm to a uniform grey, the other half get a brightness
    and contrast of their own and strong noise.
    """
    slices = []
    for slice_ in image:
        if uniform(generator, 0, 1) >= share:
            slices.append(slice_)
        elif uniform(generator, 0, 1) < 0.5:
            slices.append(_without_rectangle(slice_, pixel_mm, generator))
        else:
            contrast, brightness = uniform(generator, 0.5, 1.6), uniform(generator, -0.25, 0.25)
            noise = uniform(generator, 0.05, 0.25) * torch.randn(slice_.shape, generator=generator)
            slices.append((slice_ * contrast + brightness + noise).clamp(0, 1))
    return torch.stack(slices)


def _without_rectangle(slice_: Tensor, pixel_mm: float, generator: torch.Generator) -> Tensor:
    sizes = [uniform(generator, 20, most) / pixel_mm for most in RECTANGLE_MM]
    places = []
    for length, size in zip(slice_.shape, sizes, strict=True):
        first = int(uniform(generator, 0, max(length - size, 0)))
        places.append(slice(first, first + int(size)))
    spoilt = slice_.clone()
    spoilt[tuple(places)] = uniform(generator, 0.2, 0.7)
    return spoilt


def blur(image: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of each slice of (T, H, W), `sigma` in pixels."""
    offset = torch.arange(-3, 4, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (offset / max(sigma, 1e-3)) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(image[:, None], (3, 3, 3, 3), mode="replicate")
    rows = functional.conv2d(padded, kernel[None, None, :, None])
    return functional.conv2d(rows, kernel[None, None, None, :])[:, 0]
