"""Features of the patch around a pixel: grey values, gradients, texture, surroundings, position.

After Farag et al. 2014 (arXiv 1407.8497), with box means in the place of percentiles, so that no
patch has to be visited by itself.
"""

import torch
from torch import Tensor
from torch.nn import functional

PATCH = 25
"""Rows and columns of a patch, in pixels (Farag et al. 2014)."""

BOXES = (3, 7, 13, PATCH)
"""Sizes of the boxes around the pixel over which grey values are averaged."""

LEVELS = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75)
"""Grey values, in parts of the window, between which the patch's histogram counts its pixels."""

OFFSETS = (15, 30, 50)
"""How far away, in pixels, the surroundings are looked at, in eight directions."""

SOFT = (0.25, 0.95)
"""Grey values, in parts of the window, of soft tissue, between fat and bone."""

MIDDLE = 0.5
"""Where the median of a slice's soft tissue is moved to."""

WHOLE = 1000.0
"""What 1 becomes: features are whole numbers."""


def patch_features(slices: Tensor, stride: int) -> Tensor:
    """Slices (S, H, W) in [0, 1] -> features (S, ceil(H / stride), ceil(W / stride), F), int16.

    Of the patches around every `stride`-th pixel from the first one on. Where a patch reaches over
    the slice's end, the last pixels are repeated.
    """
    x, level = levelled(slices)
    down, across = _gradient(x)
    slope = (down.square() + across.square()).sqrt()
    means = [_box_mean(x, box, stride) for box in BOXES]
    squares = [_box_mean(x.square(), box, stride) for box in BOXES]
    deviations = [(s - m.square()).clamp(min=0).sqrt() for s, m in zip(squares, means, strict=True)]
    slopes = [_box_mean(part, box, stride) for box in (7, PATCH) for part in (slope, down, across)]
    edges = [_box_mean(part.abs(), PATCH, stride) for part in (down, across, _laplacian(x))]
    histogram = [_box_mean((x > level).to(x.dtype), PATCH, stride) for level in LEVELS]
    around = _surroundings(means[2], stride)
    levels = level.expand(-1, 1, *means[0].shape[-2:])
    parts = [*means, *deviations, *slopes, *edges, *histogram, *around, levels]
    features = torch.cat([torch.cat(parts, dim=1) * WHOLE, _position(slices, stride)], dim=1)
    return features.round().to(torch.int16).permute(0, 2, 3, 1).contiguous()


def levelled(slices: Tensor) -> tuple[Tensor, Tensor]:
    """Slices (S, H, W) as (S, 1, H, W), moved so that their soft tissue's median is MIDDLE; and
    that median (S, 1, 1, 1).

    How bright tissue is depends on the contrast agent: forests that know a dozen scans would take
    a scan without any for something else.
    """
    x = slices.unsqueeze(1)
    soft = torch.where((x > SOFT[0]) & (x < SOFT[1]), x, torch.nan)
    level = soft.flatten(1).nanmedian(dim=1).values.nan_to_num(MIDDLE)[:, None, None, None]
    return x - level + MIDDLE, level


def to_pixels(map_: Tensor, stride: int, shape: tuple[int, int]) -> Tensor:
    """A map (S, h, w) of every `stride`-th pixel, linear between them, at all (S, H, W)."""
    h, w = map_.shape[1:]
    reached = ((h - 1) * stride + 1, (w - 1) * stride + 1)
    between = functional.interpolate(
        map_.unsqueeze(1), size=reached, mode="bilinear", align_corners=True
    )
    missing = (0, shape[1] - reached[1], 0, shape[0] - reached[0])
    return functional.pad(between, missing, mode="replicate").squeeze(1)


def _box_mean(x: Tensor, box: int, stride: int) -> Tensor:
    """The mean over `box` x `box` pixels around every `stride`-th one; rows first, then columns."""
    padded = functional.pad(x, (box // 2,) * 4, mode="replicate")
    rows = functional.avg_pool2d(padded, (box, 1), stride=(stride, 1))
    return functional.avg_pool2d(rows, (1, box), stride=(1, stride))


def _gradient(x: Tensor) -> tuple[Tensor, Tensor]:
    padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) / 2
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) / 2
    return down, across


def _laplacian(x: Tensor) -> Tensor:
    padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    crosses = padded[..., 2:, 1:-1] + padded[..., :-2, 1:-1]
    return (crosses + padded[..., 1:-1, 2:] + padded[..., 1:-1, :-2]) / 4 - x


def _surroundings(mean: Tensor, stride: int) -> list[Tensor]:
    """The box mean (S, 1, h, w) at OFFSETS from each pixel, in eight directions."""
    height, width = mean.shape[-2:]
    around = []
    for offset in OFFSETS:
        steps = round(offset / stride)
        padded = functional.pad(mean, (steps,) * 4, mode="replicate")
        for row in (0, steps, 2 * steps):
            for column in (0, steps, 2 * steps):
                if (row, column) != (steps, steps):
                    around.append(padded[..., row : row + height, column : column + width])
    return around


def _position(slices: Tensor, stride: int) -> Tensor:
    """Rows and columns from the slice's middle, in pixels: (S, 2, h, w)."""
    count, *shape = slices.shape
    rows, columns = (
        torch.arange(0, length, stride, device=slices.device) - (length - 1) / 2 for length in shape
    )
    position = torch.stack(torch.meshgrid(rows, columns, indexing="ij"))
    return position.to(slices.dtype).expand(count, -1, -1, -1)
