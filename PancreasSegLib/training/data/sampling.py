"""Training crops.

The batch of a step is a pure function of seed and step, so that a resumed run sees the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.manifest import Window
from PancreasSegLib.training.data.augmentation import (
    change_intensity,
    damage,
    sampling_grid,
    take,
    uniform,
)
from PancreasSegLib.training.data.contrasts import drawn_anew
from PancreasSegLib.training.data.references import empty_reference
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.data.step_generator import step_generator
from PancreasSegLib.training.recipe.crops import Augmentation, Sampling

TISSUE = 96
"""Of 255; about 28 HU in the window [-100, 240]: what is brighter is body, not fat or the table."""


@dataclass(frozen=True)
class Span:
    """Where a stack's interesting part is: slices with pancreas, and its centre in the slice."""

    first: int
    last: int
    centre: tuple[float, float]


def find_span(stack: Stack, centre: str) -> Span:
    """The slices with pancreas, and the centre (row, column) of the pancreas or of the body.

    Raises `InputError` where there is none.
    """
    slices = np.flatnonzero(stack.mask.any(axis=(1, 2)))
    if slices.size == 0:
        raise empty_reference(stack.name)
    plane = (stack.mask > 0 if centre == "pancreas" else stack.image > TISSUE).any(axis=0)
    rows, columns = np.nonzero(plane)
    if rows.size == 0:
        raise InputError(f"{stack.name} shows no tissue inside the window; leave the case out.")
    middle = ((rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2)
    return Span(int(slices[0]), int(slices[-1]), (float(middle[0]), float(middle[1])))


class Batches(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches `first` to `last` - 1: image and reference (batch, length, rows, columns), float32.

    `spacing_mm` is that of the stacks' columns, rows and slices, `grey` the model's window. Only
    scans serve a `length` above one: loose slices have no neighbours.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        sampling: Sampling,
        augmentation: Augmentation,
        spacing_mm: tuple[float, float, float],
        grey: Window,
        batch: int,
        length: int,
        seed: int,
        first: int,
        last: int,
    ) -> None:
        self.scans = [s for s in stacks if not s.loose and s.image.shape[0] >= length]
        self.loose = [s for s in stacks if s.loose and s.mask.any()] if length == 1 else []
        if not self.scans and not self.loose:
            raise InputError(
                f"No scan of the training data has {length} slices or more; add scans."
            )
        self.spans = {s.name: find_span(s, sampling.centre) for s in (*self.scans, *self.loose)}
        self.sampling, self.augmentation = sampling, augmentation
        column_mm, row_mm, self.slice_mm = spacing_mm
        self.pixel_mm, self.grey = (row_mm, column_mm), grey
        self.batch, self.length = batch, length
        self.seed, self.first, self.last = seed, first, last

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for step in range(self.first, self.last):
            yield self.at(step)

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """The batch of one step."""
        generator = step_generator(self.seed, step)
        crops = [self._crop(generator) for _ in range(self.batch)]
        images, references = zip(*crops, strict=True)
        return torch.stack(images), torch.stack(references)

    def _crop(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        stack = self._choose(generator)
        first = self._first_slice(stack, generator)
        taken = slice(first, first + self.length)
        image = self._image(stack, taken, generator)
        mask = torch.from_numpy(stack.mask[taken]).float()
        jitter = self.sampling.jitter_mm
        row, column = (
            middle + uniform(generator, -jitter, jitter) / mm
            for middle, mm in zip(self.spans[stack.name].centre, self.pixel_mm, strict=True)
        )
        grid = sampling_grid(
            self.sampling.crop,
            (row, column),
            self.pixel_mm,
            self.augmentation,
            stack.loose,
            generator,
        )
        image, reference = take(torch.cat([image, mask]), grid).split(self.length)
        image = change_intensity(image, self.pixel_mm, self.augmentation, generator)
        if self.length > 1 and self.augmentation.damaged > 0:
            image = damage(image, self.pixel_mm, self.augmentation.damaged, generator)
        return image, (reference >= 0.5).float()

    def _image(self, stack: Stack, taken: slice, generator: torch.Generator) -> Tensor:
        """The slices `taken` (T, H, W) in 0 to 1; in new grey values where they are to be drawn."""
        image = torch.from_numpy(stack.image[taken]).float() / 255
        if stack.tissues is None:
            return image
        tissues = torch.from_numpy(stack.tissues[taken]).long()
        return drawn_anew(image, tissues, self.grey, generator)

    def _choose(self, generator: torch.Generator) -> Stack:
        share = (self.sampling.loose if self.scans else 1.0) if self.loose else 0.0
        kind = self.loose if uniform(generator, 0, 1) < share else self.scans
        return kind[int(torch.randint(len(kind), (), generator=generator))]

    def _first_slice(self, stack: Stack, generator: torch.Generator) -> int:
        """The lowest slice of a crop: over the pancreas, or anywhere within the margin."""
        span, final = self.spans[stack.name], stack.image.shape[0] - self.length
        low, high = span.first - self.length + 1, span.last
        if uniform(generator, 0, 1) >= self.sampling.positive:
            margin = self.sampling.margin_mm
            reach = final if margin is None else round(margin / self.slice_mm)
            low, high = low - reach, high + reach
        low, high = min(max(low, 0), final), max(min(high, final), 0)
        return int(torch.randint(low, high + 1, (), generator=generator))


class InTurn(IterableDataset[tuple[Tensor, Tensor]]):
    """The batches of several views, which take turns: one view a step."""

    def __init__(self, parts: Sequence[Batches]) -> None:
        self.parts = tuple(parts)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for step in range(self.parts[0].first, self.parts[0].last):
            yield self.parts[step % len(self.parts)].at(step)
