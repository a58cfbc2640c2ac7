"""Superpixels: the method of Roth et al. 2015 as one of the things that give logits of slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from PancreasSegLib.networks.network import Network
from PancreasSegLib.superpixels.boxes import enlarged, pictures, regular_points
from PancreasSegLib.superpixels.cascade import Cascade
from PancreasSegLib.superpixels.convnet import ConvNet
from PancreasSegLib.superpixels.forest import Forest
from PancreasSegLib.superpixels.slic import superpixels
from PancreasSegLib.superpixels.statistics import boxes_of, count_of, slices_of

BOXES_AT_ONCE = 256

LEAST_PROBABILITY = 1e-4
"""Of superpixels that are no candidates: a logit is a finite number."""


class Superpixels(Network):
    """Roth, Farag, Lu, Turkbey, Summers 2015 (doi 10.1117/12.2081420), slice by slice.

    SLIC superpixels; a cascade of two forests that keeps candidates; a ConvNet on their bounding
    boxes, enlarged by each of `scales`, whose mean answer (eq. 2) is the probability of all of a
    superpixel's pixels. Smoothing in 3D (eq. 3) and the threshold are the model's combination.

    size, compactness: as in `superpixels.slic`. stride: pixels between the patches of the first
    forest. channels: the ConvNet's narrowest width. patch_forest, superpixel_forest: trees, nodes
    and depth.
    """

    most_slices = 1

    def __init__(
        self,
        channels: int = 16,
        size: int = 8,
        compactness: float = 10.0,
        stride: int = 3,
        scales: Sequence[float] = (1.5, 3.0, 6.0, 10.0),
        patch_forest: Sequence[int] = (1, 1, 0),
        superpixel_forest: Sequence[int] = (1, 1, 0),
    ) -> None:
        super().__init__()
        self.channels, self.size, self.compactness = channels, size, compactness
        self.scales = tuple(scales)
        self.cascade = Cascade(Forest(*patch_forest), Forest(*superpixel_forest), stride)
        self.convnet = ConvNet(channels)
        # As in training: some processors convolve few channels faster so.
        self.convnet.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def features(self) -> int:
        """About as many as the first forest's features, of which each pixel has a part."""
        return 16

    @property
    def title(self) -> str:
        """As in Superpixels-16."""
        return f"Superpixels-{self.channels}"

    def configuration(self) -> dict[str, Any]:
        """All fields, with the sizes of the forests as they are."""
        forests = {
            "patch_forest": self.cascade.patches,
            "superpixel_forest": self.cascade.superpixels,
        }
        return {
            "kind": "Superpixels",
            "channels": self.channels,
            "size": self.size,
            "compactness": self.compactness,
            "stride": self.cascade.stride,
            "scales": list(self.scales),
            **{name: [len(f.root), len(f.share), f.depth] for name, f in forests.items()},
        }

    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, 1, H, W), every slice by itself."""
        slices = stack.flatten(0, 1)
        labels = self.labels(slices)
        probability = self.probability(slices, labels)
        logits = torch.logit(probability, eps=LEAST_PROBABILITY)[labels]
        return logits.unflatten(0, stack.shape[:2]).unsqueeze(2)

    def labels(self, slices: Tensor) -> Tensor:
        """Slices (S, H, W) -> the number of each pixel's superpixel (S, H, W), int64."""
        return superpixels(slices, self.size, self.compactness).to(slices.device)

    def probability(self, slices: Tensor, labels: Tensor) -> Tensor:
        """P (n,) of each superpixel, the mean over the scales; 0 where it is no candidate."""
        kept = self.cascade.candidates(slices, labels)
        probability = torch.zeros(count_of(labels), device=slices.device)
        probability[kept] = self.judged(slices, labels, kept).mean(dim=1)
        return probability

    def judged(self, slices: Tensor, labels: Tensor, kept: Tensor) -> Tensor:
        """The ConvNet's probability of pancreas (m, scales) for the superpixels `kept` (m,)."""
        boxes, slice_of = boxes_of(labels)[kept], slices_of(labels)[kept]
        points = regular_points().to(slices.device)
        judged = [torch.zeros(0, len(self.scales), device=slices.device)]
        for part in torch.arange(len(kept), device=slices.device).split(BOXES_AT_ONCE):
            shares = []
            for scale in self.scales:
                seen = pictures(slices, slice_of[part], enlarged(boxes[part], scale), points)
                shares.append(self.convnet(seen).float().softmax(dim=1)[:, 1])
            judged.append(torch.stack(shares, dim=1))
        return torch.cat(judged)
