"""What the ConvNet is trained on: candidates' boxes in several scales, deformed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import IterableDataset

from PancreasSegLib.errors import InputError
from PancreasSegLib.superpixels.boxes import enlarged, pictures, regular_points
from PancreasSegLib.superpixels.statistics import boxes_of, slices_of
from PancreasSegLib.training.data.step_generator import step_generator
from PancreasSegLib.training.recipe.crops import Augmentation
from PancreasSegLib.training.recipe.superpixels import BoxRecipe
from PancreasSegLib.training.superpixels.grey import changed_grey
from PancreasSegLib.training.superpixels.regions import TrainingRegion
from PancreasSegLib.training.superpixels.thin_plate_spline import random_deformations


@dataclass(frozen=True, eq=False)
class Examples:
    """Candidates of all training regions: slices (S, H, W) uint8, and of each candidate the slice
    it lies in (n,), its box (n, 4), whether it is pancreas (n,) and whether its slice is a loose
    one (n,).
    """

    slices: Tensor
    slice_of: Tensor
    boxes: Tensor
    positive: Tensor
    loose: Tensor


def examples_of(regions: Sequence[TrainingRegion], candidates: Sequence[Tensor]) -> Examples:
    """The `candidates`, numbers (m,) of superpixels, of each region. Slices are filled up with 0,
    which is what lies beyond a region.

    Raises `InputError` where none of them is pancreas.
    """
    height = max(region.slices.shape[1] for region in regions)
    width = max(region.slices.shape[2] for region in regions)
    slices, slice_of, boxes, positive, loose = [], [], [], [], []
    first = 0
    for region, kept in zip(regions, candidates, strict=True):
        missing = (0, width - region.slices.shape[2], 0, height - region.slices.shape[1])
        slices.append(functional.pad((region.slices * 255).round().to(torch.uint8), missing))
        slice_of.append(slices_of(region.labels)[kept] + first)
        boxes.append(boxes_of(region.labels)[kept])
        positive.append(region.positive[kept])
        loose.append(torch.full((len(kept),), region.loose))
        first += len(region.slices)
    together = [torch.cat(parts) for parts in (slices, slice_of, boxes, positive, loose)]
    if not together[3].any():
        raise InputError(
            "None of the scans' superpixels is pancreas for the most part; choose a smaller 'size',"
            " or look whether the references lie on the scans."
        )
    return Examples(*together)


class BoxBatches(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches `first` to `last` - 1: pictures (batch, 1, 64, 64) and classes (batch,), int64.

    Each candidate is there in `recipe.scales` of the network's `scales`, drawn anew each time, in
    one of the batch's `recipe.deformations`. Brightness and contrast are changed by up to what the
    augmentation says. A pure function of seed and step, as the batches of other networks.
    """

    def __init__(
        self,
        examples: Examples,
        recipe: BoxRecipe,
        augmentation: Augmentation,
        scales: Sequence[float],
        batch: int,
        seed: int,
        first: int,
        last: int,
    ) -> None:
        super().__init__()
        self.examples, self.recipe, self.augmentation = examples, recipe, augmentation
        self.scales, self.batch = torch.tensor(scales), batch
        self.seed, self.first, self.last = seed, first, last
        self.kinds = {
            (loose, positive): torch.nonzero(
                (examples.loose == loose) & (examples.positive == positive)
            ).flatten()
            for loose in (False, True)
            for positive in (False, True)
        }

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for step in range(self.first, self.last):
            yield self._batch(step_generator(self.seed, step))

    def _batch(self, random: torch.Generator) -> tuple[Tensor, Tensor]:
        examples, recipe = self.examples, self.recipe
        drawn = self._drawn(max(1, self.batch // recipe.scales), random)
        order = torch.rand(len(drawn), len(self.scales), generator=random).argsort(dim=1)
        factors = self.scales[order[:, : recipe.scales]].flatten()
        drawn = drawn.repeat_interleave(recipe.scales)
        warped = random_deformations(
            regular_points(), recipe.deformations, recipe.deformation, random
        )
        which = torch.randint(recipe.deformations, (len(drawn),), generator=random)
        slice_of, own = examples.slice_of[drawn].unique(return_inverse=True)
        slices = examples.slices[slice_of].float() / 255
        boxes = enlarged(examples.boxes[drawn], factors)
        seen = pictures(slices, own, boxes, warped[which])
        return changed_grey(seen, self.augmentation, random), examples.positive[drawn].long()

    def _drawn(self, count: int, random: torch.Generator) -> Tensor:
        """Numbers (count,) of candidates: a share of loose slices, a share of pancreas."""
        numbers = []
        for loose, positive in (torch.rand(count, 2, generator=random) < self._shares()).tolist():
            kind = self._kind(loose, positive)
            numbers.append(kind[torch.randint(len(kind), (), generator=random)])
        return torch.stack(numbers)

    def _kind(self, loose: bool, positive: bool) -> Tensor:
        """The candidates (n,) of that kind; where there are none, of the next one."""
        kinds = [(a, b) for b in (positive, not positive) for a in (loose, not loose)]
        return next(self.kinds[kind] for kind in kinds if len(self.kinds[kind]))

    def _shares(self) -> Tensor:
        return torch.tensor([self.recipe.loose, self.recipe.positive])
