"""OriginalUNet: the U-Net as wide as Ronneberger's, a baseline of Cai et al. 2017."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from PancreasSegLib.networks.cbr_block import cbr_blocks
from PancreasSegLib.networks.network import SliceCNN
from PancreasSegLib.networks.unet import encoded


class OriginalUNet(SliceCNN):
    """The U-Net of Ronneberger et al. 2015 (arXiv 1505.04597) in its own widths: 64 to 1024.

    Scale s, counted from 0, is `channels` * 2^s wide, two convolutions on either way; 2x2 max
    pooling leads down, 2x2 up-convolutions lead up; the default has 31.0 M parameters. It has one
    map, the answer, and no side outputs.

    Three things differ, so that it can be trained from scratch on whole slices: batch normalisation
    after each 3x3 convolution, zero padding (a map is as large as its slice), and one map of logits
    in place of two classes. The small `UNet` is the other one that is offered.
    """

    def __init__(self, channels: int = 64, scales: int = 5) -> None:
        super().__init__(channels, 2, scales)
        widths = [channels * 2**scale for scale in range(scales)]
        self.encoder = nn.ModuleList(
            cbr_blocks(before, width, 2) for before, width in pairwise([1, *widths])
        )
        self.enlarging = nn.ModuleList(
            nn.ConvTranspose2d(coarser, width, kernel_size=2, stride=2)
            for width, coarser in pairwise(widths)
        )
        self.decoder = nn.ModuleList(cbr_blocks(2 * w, w, 2) for w, _ in pairwise(widths))
        self.to_answer = nn.Conv2d(channels, 1, kernel_size=1)

    @property
    def sides(self) -> int:
        """None."""
        return 0

    def configuration(self) -> dict[str, object]:
        """Kind, channels and scales."""
        return {"kind": "OriginalUNet", "channels": self.channels, "scales": self.scales}

    def forward(self, x: Tensor) -> Tensor:
        """Slices (N, 1, H, W) -> logits (N, 1, H, W)."""
        seen = encoded(self.encoder, x)
        x = seen[-1]
        for scale in reversed(range(self.scales - 1)):
            height, width = seen[scale].shape[-2:]
            enlarged = self.enlarging[scale](x)[..., :height, :width]
            x = self.decoder[scale](torch.cat([seen[scale], enlarged], dim=1))
        answer: Tensor = self.to_answer(x)
        return answer
