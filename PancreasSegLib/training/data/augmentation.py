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

from PancreasSegLib.training.recipe.crops import Augmentation

Pixel = tuple[float, float]
"""Two lengths of a pixel: from row to row, from column to column."""

RECTANGLE_MM = (72.0, 96.0)
"""The largest part of a slice (rows, columns) that is lost at once: half of a pancreas or more."""


def uniform(generator: torch.Generator, low: float, high: float) -> float:
    """One number between `low` and `high`."""
    return low + (high - low) * float(torch.rand((), generator=generator))


def sampling_grid(
    size: tuple[int, int],
    centre: tuple[float, float],
    pixel_mm: Pixel,
    amount: Augmentation,
    loose: bool,
    generator: torch.Generator,
) -> Tensor:
    """Where each pixel of a crop is taken from: (rows, columns, 2), as (row, column) of the slice.

    `size` is the crop in pixels, `centre` the (row, column) of its centre in the slice, `pixel_mm`
    the way from row to row and from column to column.
    """
    angle = math.radians(uniform(generator, -1, 1) * amount.rotation_degrees)
    spread = amount.loose_scale if loose else amount.scale
    scale = math.exp(uniform(generator, -1, 1) * math.log1p(spread))
    rows = torch.arange(size[0], dtype=torch.float32) - (size[0] - 1) / 2
    columns = torch.arange(size[1], dtype=torch.float32) - (size[1] - 1) / 2
    row, column = torch.meshgrid(rows, columns, indexing="ij")
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    # Turned in millimetres, where the pixels need not be square.
    oblong = pixel_mm[1] / pixel_mm[0]
    turned = [cosine * row - sine * oblong * column, sine / oblong * row + cosine * column]
    grid = torch.stack(turned, dim=-1)
    # A control point every 32 pixels and three more, smoothed by cubic interpolation.
    points = [max(size[0] // 32, 1) + 3, max(size[1] // 32, 1) + 3]
    shift = torch.randn((1, 2, *points), generator=generator)
    shift *= torch.tensor([amount.elastic_mm / 2 / mm for mm in pixel_mm])[None, :, None, None]
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
    image: Tensor, pixel_mm: Pixel, amount: Augmentation, generator: torch.Generator
) -> Tensor:
    """Contrast, brightness, gamma, blur and noise on a windowed image (T, H, W) in [0, 1]."""
    mean = image.mean()
    contrast = math.exp(uniform(generator, -1, 1) * math.log1p(amount.contrast))
    image = (image - mean) * contrast + mean + uniform(generator, -1, 1) * amount.brightness
    gamma = math.exp(uniform(generator, -1, 1) * math.log1p(amount.gamma))
    image = image.clamp(0, 1) ** gamma
    if uniform(generator, 0, 1) < 0.3:
        sigma_mm = uniform(generator, 0, amount.blur_mm)
        image = blur(image, (sigma_mm / pixel_mm[0], sigma_mm / pixel_mm[1]))
    noise = uniform(generator, 0, amount.noise)
    return (image + noise * torch.randn(image.shape, generator=generator)).clamp(0, 1)


def damage(image: Tensor, pixel_mm: Pixel, share: float, generator: torch.Generator) -> Tensor:
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


def _without_rectangle(slice_: Tensor, pixel_mm: Pixel, generator: torch.Generator) -> Tensor:
    sizes = [uniform(generator, 20, most) for most in RECTANGLE_MM]
    places = []
    for length, size_mm, mm in zip(slice_.shape, sizes, pixel_mm, strict=True):
        size = size_mm / mm
        first = int(uniform(generator, 0, max(length - size, 0)))
        places.append(slice(first, first + int(size)))
    spoilt = slice_.clone()
    spoilt[tuple(places)] = uniform(generator, 0.2, 0.7)
    return spoilt


def blur(image: Tensor, sigma: Pixel) -> Tensor:
    """Gaussian blur of each slice of (T, H, W); `sigma` in rows and in columns."""
    down, across = (_gaussian(length) for length in sigma)
    padded = functional.pad(image[:, None], (3, 3, 3, 3), mode="replicate")
    rows = functional.conv2d(padded, down[None, None, :, None])
    return functional.conv2d(rows, across[None, None, None, :])[:, 0]


def _gaussian(sigma: float) -> Tensor:
    offset = torch.arange(-3, 4, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (offset / max(sigma, 1e-3)) ** 2)
    return kernel / kernel.sum()
