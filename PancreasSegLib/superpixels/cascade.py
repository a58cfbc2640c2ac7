"""The cascade of two forests that leaves candidates of the superpixels, at high sensitivity."""

import torch
from torch import Tensor, nn

from PancreasSegLib.superpixels.forest import Forest
from PancreasSegLib.superpixels.patch_features import patch_features, to_pixels
from PancreasSegLib.superpixels.statistics import superpixel_features


class Cascade(nn.Module):
    """A forest of patches makes a response map, a forest of superpixel statistics of that p_RF.

    `patches` and `superpixels` are the two forests. `least` is what p_RF must be above: Roth et al.
    2015 have 0.5 for forests that they made for high sensitivity; ours is set in training to keep
    the share of the pancreas that the recipe asks for.
    """

    least: Tensor

    def __init__(self, patches: Forest, superpixels: Forest, stride: int) -> None:
        super().__init__()
        self.patches, self.superpixels, self.stride = patches, superpixels, stride
        self.register_buffer("least", torch.tensor(0.5))

    def response(self, slices: Tensor) -> Tensor:
        """Slices (S, H, W) in [0, 1] -> the patch forest's share of pancreas (S, H, W)."""
        features = patch_features(slices, self.stride)
        shares = self.patches(features.flatten(0, 2)).view(features.shape[:3])
        return to_pixels(shares, self.stride, (slices.shape[1], slices.shape[2]))

    def features(self, slices: Tensor, labels: Tensor) -> Tensor:
        """Features (n, F) of the superpixels of `labels`, int16; both are (S, H, W)."""
        return superpixel_features(labels, slices, self.response(slices))

    def probability(self, slices: Tensor, labels: Tensor) -> Tensor:
        """p_RF (n,) of each superpixel of `labels`; both are (S, H, W)."""
        return self.superpixels(self.features(slices, labels))

    def candidates(self, slices: Tensor, labels: Tensor) -> Tensor:
        """The numbers (m,), rising, of the superpixels that are kept."""
        return torch.nonzero(self.probability(slices, labels) > self.least).flatten()
