"""JAC: the slice-wise convolutional network, trained with the Jaccard loss."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.networks.cbr_block import cbr_blocks
from PancreasSegLib.networks.network import SliceCNN


class ScaleBlock(nn.Module):
    """CBR blocks at one resolution and a side output (Cai et al. 2017, section 2).

    The side output is a 1x1 convolution to one map of logits, which gets a loss of its own (deep
    supervision as in HED). The pooling that follows a scale block belongs to the network.
    """

    def __init__(self, in_channels: int, channels: int, blocks: int = 4) -> None:
        super().__init__()
        self.cbr_blocks = cbr_blocks(in_channels, channels, blocks)
        self.side_output = nn.Conv2d(channels, 1, kernel_size=1)
        nn.init.zeros_(self.side_output.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, in_channels, H, W) -> features (N, channels, H, W), side logits (N, 1, H, W)."""
        features = self.cbr_blocks(x)
        return features, self.side_output(features)


class JAC(SliceCNN):
    """JAC-C of Cai et al. 2017: scale blocks of CBR blocks, every convolution C channels wide.

    The defaults are JAC-64 (5 scales x 4 CBR blocks, 0.70 M parameters); `channels=128` is
    JAC-128. 2x2 max pooling lies between scales. Every scale has a side output, brought to input
    size; the fused output is a 1x1 convolution over the side outputs that starts as their mean.

    Any height and width will do, they need not be divisible by 16: pooling keeps the last odd row
    and column (`ceil_mode`), and a side output is enlarged by exactly its scale's factor and then
    cropped, so that its pixels stay over the pixels that they came from. In training mode, batch
    normalisation needs more than one pixel at the coarsest scale, so a single 16 x 16 slice fails.
    """

    def __init__(self, channels: int = 64, blocks: int = 4, scales: int = 5) -> None:
        super().__init__(channels, blocks, scales)
        self.scale_blocks = nn.ModuleList(
            ScaleBlock(1 if scale == 0 else channels, channels, blocks) for scale in range(scales)
        )
        self.fusion = nn.Conv2d(scales, 1, kernel_size=1)
        nn.init.constant_(self.fusion.weight, 1 / scales)
        nn.init.zeros_(self.fusion.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """Slices (N, 1, H, W) -> logits (N, 1 + scales, H, W): the fused map, then each scale's."""
        sides = self.side_outputs(x)
        return torch.cat([self.fuse(sides), sides], dim=1)

    def side_outputs(self, x: Tensor) -> Tensor:
        """Slices (N, 1, H, W) -> logits (N, scales, H, W), from the finest to the coarsest."""
        height, width = x.shape[-2:]
        maps = []
        for scale, scale_block in enumerate(self.scale_blocks):
            if scale > 0:
                x = functional.max_pool2d(x, kernel_size=2, ceil_mode=True)
            x, side = scale_block(x)
            maps.append(enlarge(side, 2**scale)[..., :height, :width])
        return torch.cat(maps, dim=1)

    def fuse(self, sides: Tensor) -> Tensor:
        """Side outputs (N, scales, H, W) -> fused logits (N, 1, H, W)."""
        fused: Tensor = self.fusion(sides)
        return fused


def enlarge(side: Tensor, factor: int) -> Tensor:
    """(N, 1, H, W) -> (N, 1, factor * H, factor * W), linear, pixels over what they came from."""
    if factor == 1:
        return side
    return functional.interpolate(side, scale_factor=factor, mode="bilinear", align_corners=False)
