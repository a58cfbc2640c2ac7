"""Training patches, for a network that sees a region at once.

The batch of a step is a pure function of seed and step, so that a resumed run sees the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.augmentation import change_intensity, uniform
from PancreasSegLib.training.data.patch_augmentation import coarsened, patch_grid, take_patch
from PancreasSegLib.training.data.sampling import find_span
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.data.step_generator import step_generator
from PancreasSegLib.training.recipe.crops import Augmentation, Patches

Place = tuple[float, float, float]
"""A slice, row and column, which may lie between voxels."""


class PatchBatches(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches `first` to `last` - 1: images (batch, slices, rows, columns), float32 in [0, 1], and
    the class of each voxel, uint8 of the same shape.

    `spacing_mm` is that of the stacks' columns, rows and slices. Loose slices serve no patch.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        patches: Patches,
        augmentation: Augmentation,
        spacing_mm: tuple[float, float, float],
        batch: int,
        seed: int,
        first: int,
        last: int,
    ) -> None:
        self.scans = [stack for stack in stacks if not stack.loose]
        if not self.scans:
            raise InputError("The training data has no scan to take patches from; add scans.")
        self.centres = {stack.name: pancreas_centre(stack) for stack in self.scans}
        self.patches, self.augmentation = patches, augmentation
        self.spacing_mm = tuple(reversed(spacing_mm))
        self.batch, self.seed, self.first, self.last = batch, seed, first, last

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for step in range(self.first, self.last):
            yield self.at(step)

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """The batch of one step."""
        generator = step_generator(self.seed, step)
        patches = [self._patch(generator) for _ in range(self.batch)]
        images, classes = zip(*patches, strict=True)
        return torch.stack(images), torch.stack(classes)

    def _patch(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        stack = self.scans[int(torch.randint(len(self.scans), (), generator=generator))]
        place = self._place(stack, generator)
        image, classes = torch.from_numpy(stack.image), torch.from_numpy(stack.classes)
        if uniform(generator, 0, 1) < self.patches.slab:
            slab = self._slab(len(image), place[0], generator)
            image, classes = image[slab], classes[slab]
            place = (place[0] - slab.start, *place[1:])
        grid = patch_grid(place, self.spacing_mm, self.patches, self.augmentation, generator)
        patch = take_patch(image, grid, "bilinear") / 255
        if uniform(generator, 0, 1) < self.patches.coarse:
            patch = coarsened(patch, self.spacing_mm, self.patches.coarse_mm, generator)
        pixel_mm = (self.spacing_mm[1], self.spacing_mm[2])
        patch = change_intensity(patch, pixel_mm, self.augmentation, generator)
        return patch, take_patch(classes, grid, "nearest").round().to(torch.uint8)

    def _place(self, stack: Stack, generator: torch.Generator) -> Place:
        """The centre of a patch: near that of the pancreas, or anywhere."""
        if uniform(generator, 0, 1) < self.patches.anywhere:
            k, j, i = (uniform(generator, 0, length - 1) for length in stack.image.shape)
            return k, j, i
        jitter = self.patches.jitter_mm
        k, j, i = (
            middle + uniform(generator, -jitter, jitter) / mm
            for middle, mm in zip(self.centres[stack.name], self.spacing_mm, strict=True)
        )
        return k, j, i

    def _slab(self, depth: int, middle: float, generator: torch.Generator) -> slice:
        """Slices about `middle` that are left of a scan whose field of view was cut."""
        least = min(max(round(self.patches.least_slab_mm / self.spacing_mm[0]), 1), depth)
        length = int(torch.randint(least, depth + 1, (), generator=generator))
        low = int(np.clip(round(middle - length * uniform(generator, 0, 1)), 0, depth - length))
        return slice(low, low + length)


def pancreas_centre(stack: Stack) -> Place:
    """The middle (slice, row, column) of the box around the pancreas.

    Raises `InputError` where there is none.
    """
    span = find_span(stack, "pancreas")
    return (span.first + span.last) / 2, *span.centre
