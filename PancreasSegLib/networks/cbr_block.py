"""CBR block: convolution, batch normalisation, ReLU."""

import copy
from itertools import pairwise
from typing import TypeVar

from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

Kind = TypeVar("Kind", bound=nn.Module)


class CBRBlock(nn.Sequential):
    """A 3x3 convolution, batch normalisation and ReLU (Cai et al. 2017, section 2).

    (N, in_channels, H, W) -> (N, out_channels, H, W). The picture is padded with zeros. The
    convolution has no bias of its own, because the normalisation that follows brings one.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        convolution = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False)
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        super().__init__(convolution, nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True))

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W) -> (N, out_channels, H, W), nowhere negative."""
        output: Tensor = super().forward(x)
        return output


def cbr_blocks(in_channels: int, channels: int, blocks: int) -> nn.Sequential:
    """`blocks` CBR blocks in a row: (N, in_channels, H, W) -> (N, channels, H, W)."""
    widths = [in_channels] + [channels] * blocks
    return nn.Sequential(*(CBRBlock(before, after) for before, after in pairwise(widths)))


def folded(network: Kind) -> Kind:
    """A copy of `network` in eval mode whose CBR blocks are convolution and ReLU alone.

    Batch normalisation is folded into the convolution before it: the same result, less work.
    """
    network = copy.deepcopy(network).eval()
    for block in network.modules():
        if isinstance(block, CBRBlock):
            convolution, normalisation, _ = block
            assert isinstance(convolution, nn.Conv2d)
            assert isinstance(normalisation, nn.BatchNorm2d)
            block[0] = fuse_conv_bn_eval(convolution, normalisation)
            block[1] = nn.Identity()
    return network
