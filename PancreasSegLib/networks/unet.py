"""UNet: a slice-wise network whose fine scales know what the coarse ones saw."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.networks.cbr_block import cbr_blocks
from PancreasSegLib.networks.jac import enlarge
from PancreasSegLib.networks.network import SliceCNN


class UNet(SliceCNN):
    """The U-Net of Ronneberger et al. 2015 (arXiv 1505.04597), of CBR blocks, from scratch.

    Scale s, counted from 0, is `channels` * (s + 1) wide, with `blocks` CBR blocks in the encoder
    and as many in the decoder; the defaults have 1.8 M parameters. 2x2 max pooling leads down, each
    pixel repeated 2x2 leads up, beside the features of the same scale of the encoder.

    To the outside it is a JAC: every scale of the decoder has a side output, brought to input size;
    the fused output is a 1x1 convolution over them that starts as the finest alone. Any height and
    width will do, as there.
    """

    def __init__(self, channels: int = 32, blocks: int = 2, scales: int = 5) -> None:
        super().__init__(channels, blocks, scales)
        widths = [channels * (scale + 1) for scale in range(scales)]
        self.encoder = nn.ModuleList(
            cbr_blocks(1 if scale == 0 else widths[scale - 1], width, blocks)
            for scale, width in enumerate(widths)
        )
        self.decoder = nn.ModuleList(
            cbr_blocks(width + coarser, width, blocks) for width, coarser in pairwise(widths)
        )
        self.to_side_outputs = nn.ModuleList(nn.Conv2d(width, 1, kernel_size=1) for width in widths)
        self.fusion = nn.Conv2d(scales, 1, kernel_size=1)
        nn.init.zeros_(self.fusion.weight)
        nn.init.zeros_(self.fusion.bias)  # type: ignore[arg-type]
        with torch.no_grad():
            self.fusion.weight[:, 0] = 1.0

    def forward(self, x: Tensor) -> Tensor:
        """Slices (N, 1, H, W) -> logits (N, 1 + scales, H, W): the fused map, then each scale's."""
        sides = self.side_outputs(x)
        return torch.cat([self.fusion(sides), sides], dim=1)

    def side_outputs(self, x: Tensor) -> Tensor:
        """Slices (N, 1, H, W) -> logits (N, scales, H, W), from the finest to the coarsest."""
        height, width = x.shape[-2:]
        seen = encoded(self.encoder, x)
        x, maps = seen[-1], []
        for scale in reversed(range(self.scales)):
            if scale < self.scales - 1:
                x = self.decoder[scale](torch.cat([seen[scale], _repeated(x, seen[scale])], dim=1))
            side = self.to_side_outputs[scale](x)
            maps.append(enlarge(side, 2**scale)[..., :height, :width])
        return torch.cat(maps[::-1], dim=1)


def encoded(encoder: nn.ModuleList, x: Tensor) -> list[Tensor]:
    """What each scale's blocks of a U-Net make of slices (N, 1, H, W), with 2x2 max pooling between
    them: features (N, C, H', W'), from the finest to the coarsest."""
    seen = []
    for scale, blocks in enumerate(encoder):
        if scale > 0:
            x = functional.max_pool2d(x, kernel_size=2, ceil_mode=True)
        x = blocks(x)
        seen.append(x)
    return seen


def _repeated(x: Tensor, like: Tensor) -> Tensor:
    """Each pixel twice in both directions, without a last one that `like` does not have."""
    height, width = like.shape[-2:]
    return functional.interpolate(x, scale_factor=2, mode="nearest")[..., :height, :width]
