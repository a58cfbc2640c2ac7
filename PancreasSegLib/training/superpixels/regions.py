"""The part of a training stack that the method works in, and what its superpixels are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from PancreasSegLib.models.manifest import RegionStage
from PancreasSegLib.networks.superpixels import Superpixels
from PancreasSegLib.superpixels.statistics import mean_of
from PancreasSegLib.training.data.references import empty_reference
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.volume.box import Box

PANCREAS = 0.5
"""More than this share of its pixels makes a superpixel one of the pancreas: the labelling that is
best against the reference, pixel by pixel."""


@dataclass(frozen=True, eq=False)
class TrainingRegion:
    """Slices (S, H, W) in [0, 1] of a stack's region, their superpixels and the reference.

    labels: (S, H, W) int64. mask: (S, H, W) float32. share: (n,) of each superpixel's pixels that
    are pancreas.
    """

    name: str
    slices: Tensor
    mask: Tensor
    labels: Tensor
    share: Tensor
    loose: bool

    @property
    def positive(self) -> Tensor:
        """Which superpixels are pancreas (n,), bool."""
        return self.share > PANCREAS


def training_region(
    stack: Stack,
    network: Superpixels,
    stage: RegionStage,
    spacing_mm: Sequence[float],
    jitter_mm: float,
    random: np.random.Generator,
) -> TrainingRegion:
    """The region that a coarse stage would find: around the reference, moved by up to `jitter_mm`.

    Its box is grown as `stage` says; that of a loose slice is grown and moved in the slice alone.
    Raises `InputError` where the reference is empty.
    """
    box = Box.of(stack.mask)
    if box is None:
        raise empty_reference(stack.name)
    moved_mm = random.uniform(-1, 1, 3) * jitter_mm
    if stack.loose:
        moved_mm[0] = 0.0  # off its only slice there would be nothing
    part = _grown(box, stack.mask.shape, stage, spacing_mm, moved_mm)
    slices = torch.from_numpy(stack.image[part].astype(np.float32) / 255)
    mask = torch.from_numpy((stack.mask[part] > 0).astype(np.float32))
    labels = network.labels(slices)
    return TrainingRegion(stack.name, slices, mask, labels, mean_of(labels, mask), stack.loose)


def _grown(
    box: Box,
    shape: Sequence[int],
    stage: RegionStage,
    spacing_mm: Sequence[float],
    moved_mm: np.ndarray,
) -> tuple[slice, ...]:
    parts = []
    for axis in range(3):  # k, j, i; millimetres are x, y, z
        spacing, length = spacing_mm[2 - axis], shape[axis]
        start, stop = box.start[axis], box.stop[axis]
        middle = (start + stop) / 2 + moved_mm[axis] / spacing
        extent = (stop - start) * spacing + 2 * stage.margin_mm[2 - axis]
        half = max(extent, stage.least_mm[2 - axis]) / spacing / 2
        parts.append(slice(max(0, round(middle - half)), min(length, round(middle + half) + 1)))
    return tuple(parts)
