"""A patch of a loose slice: a scan of that slice alone, for a network that sees whole regions."""

from __future__ import annotations

import torch
from torch import Tensor

from PancreasSegLib.losses import NOT_PANCREAS
from PancreasSegLib.training.data.augmentation import (
    change_intensity,
    sampling_grid,
    take,
    uniform,
)
from PancreasSegLib.training.data.sampling import find_span
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.recipe.crops import Augmentation

Pair = tuple[Tensor, Tensor]
"""The image of a patch and the classes of its voxels."""

COARSEST = 4
"""The coarsest supervised side output sees every fourth slice."""


def loose_patch(
    stack: Stack,
    size: tuple[int, int, int],
    spacing_mm: tuple[float, float, float],
    jitter_mm: float,
    thick_mm: float,
    amount: Augmentation,
    generator: torch.Generator,
) -> Pair:
    """Image (slices, rows, columns) = `size`, float32 in [0, 1], and classes likewise, uint8.

    The slice of `stack` is up to `thick_mm` thick, with nothing above and below it. What is not
    pancreas in it may be of any other class. `spacing_mm` is that of slices, rows and columns, and
    the patch's centre lies up to `jitter_mm` beside the pancreas'. Raises `InputError` where there
    is none.
    """
    depth, rows, columns = size
    slice_mm, *pixel = spacing_mm
    pixel_mm = (pixel[0], pixel[1])
    row, column = (
        middle + uniform(generator, -jitter_mm, jitter_mm) / mm
        for middle, mm in zip(find_span(stack, "pancreas").centre, pixel_mm, strict=True)
    )
    grid = sampling_grid((rows, columns), (row, column), pixel_mm, amount, True, generator)
    grey, mask = torch.from_numpy(stack.image).float() / 255, torch.from_numpy(stack.mask).float()
    shown, share = take(torch.cat([grey, mask]), grid)
    image, classes = torch.zeros(size), torch.zeros(size, dtype=torch.uint8)
    thick = _thick_slice(depth, thick_mm / slice_mm, generator)
    image[thick] = change_intensity(shown[None], pixel_mm, amount, generator)
    classes[thick] = torch.where(share >= 0.5, 1, NOT_PANCREAS).to(torch.uint8)
    return image, classes


def _thick_slice(depth: int, most: float, generator: torch.Generator) -> slice:
    """One to `most` of `depth` slices, from one on that all side outputs see."""
    thick = int(torch.randint(1, min(max(round(most), 1), depth) + 1, (), generator=generator))
    places = (depth - thick) // COARSEST + 1
    first = COARSEST * int(torch.randint(places, (), generator=generator))
    return slice(first, first + thick)
