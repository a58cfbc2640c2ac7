"""Augmentation of a 3D patch, vectorised in torch: where its voxels come from, and coarser voxels.

What is done to its grey values is `augmentation.change_intensity`, as for a stack of slices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from PancreasSegLib.training.data.augmentation import uniform
from PancreasSegLib.training.recipe.crops import Augmentation, Patches

CONTROL_POINTS = (4, 8)
"""Along each axis of a patch, at least and at most."""


def patch_grid(
    centre: Sequence[float],
    spacing_mm: Sequence[float],
    patches: Patches,
    amount: Augmentation,
    generator: torch.Generator,
) -> Tensor:
    """Where each voxel of a patch is taken from: (slices, rows, columns, 3), in voxels of the scan.

    `centre` is (slice, row, column) in the scan, `spacing_mm` the way from voxel to voxel along the
    same three axes. Rotated, scaled, stretched along each axis by itself and shifted elastically.
    """
    spacing = torch.tensor(spacing_mm)
    axes = [torch.arange(length) - (length - 1) / 2 for length in patches.size]
    voxels = torch.stack(torch.meshgrid(*axes, indexing="ij"), dim=-1)
    matrix = _rotation(patches.tilt_degrees, amount.rotation_degrees, generator)
    stretch = [_factor(amount.scale, generator)] * 3
    stretch = [f * _factor(patches.stretch, generator) for f in stretch]
    points_mm = (voxels * spacing * torch.tensor(stretch)) @ matrix.T
    points_mm = points_mm + _elastic_mm(patches.size, amount.elastic_mm, generator)
    return points_mm / spacing + torch.tensor(centre)


def take_patch(scan: Tensor, grid: Tensor, mode: str) -> Tensor:
    """Sample `scan` (slices, rows, columns) at `grid` (..., 3): a patch, zero outside the scan.

    `mode` is "bilinear" (linear along all three axes) for grey values, "nearest" for classes.
    """
    extent = torch.tensor(scan.shape, dtype=torch.float32)
    normalised = (2 * grid + 1) / extent - 1
    return functional.grid_sample(
        scan[None, None].float(), normalised.flip(-1)[None], mode=mode, align_corners=False
    )[0, 0]


def coarsened(
    image: Tensor, spacing_mm: Sequence[float], most_mm: float, generator: torch.Generator
) -> Tensor:
    """A patch as a scan with larger voxels would show it, on its own voxels again.

    Slices up to `most_mm` thick, rows and columns up to half of that; averaged over such voxels,
    and linear in between.
    """
    size = []
    for length, mm, most in zip(
        image.shape, spacing_mm, (most_mm, most_mm / 2, most_mm / 2), strict=True
    ):
        coarse_mm = uniform(generator, mm, max(mm, most))
        size.append(max(round(length * mm / coarse_mm), 1))
    coarse = functional.interpolate(image[None, None], size=size, mode="area")
    fine = functional.interpolate(coarse, size=image.shape, mode="trilinear", align_corners=False)
    return fine[0, 0]


def _rotation(tilt: float, turn: float, generator: torch.Generator) -> Tensor:
    """Up to `turn` degrees about the axis of slices, up to `tilt` about the other two."""
    matrix = torch.eye(3)
    for axis, degrees in enumerate((turn, tilt, tilt)):
        angle = math.radians(uniform(generator, -1, 1) * degrees)
        one, other = (a for a in range(3) if a != axis)
        about = torch.eye(3)
        about[one, one] = about[other, other] = math.cos(angle)
        about[one, other], about[other, one] = -math.sin(angle), math.sin(angle)
        matrix = about @ matrix
    return matrix


def _factor(spread: float, generator: torch.Generator) -> float:
    """Between 1 / (1 + spread) and 1 + spread."""
    return math.exp(uniform(generator, -1, 1) * math.log1p(spread))


def _elastic_mm(size: Sequence[int], most_mm: float, generator: torch.Generator) -> Tensor:
    """Shifts (slices, rows, columns, 3) in mm, linear between control points.

    `most_mm` is two standard deviations of a control point's shift.
    """
    least, most = CONTROL_POINTS
    points = [int(torch.randint(least, most + 1, (), generator=generator)) for _ in range(3)]
    shift = torch.randn((1, 3, *points), generator=generator) * most_mm / 2
    smooth = functional.interpolate(shift, size=list(size), mode="trilinear", align_corners=True)
    return smooth[0].permute(1, 2, 3, 0)
