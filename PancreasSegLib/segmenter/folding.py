"""Batch normalisation folded into the convolution before it: the same result, less work."""

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from PancreasSegLib.networks.cbr_block import CBRBlock


def folded(network: nn.Module) -> nn.Module:
    """A copy of `network` (in eval mode) whose CBR blocks are convolution and ReLU alone."""
    network = copy.deepcopy(network).eval()
    for block in network.modules():
        if isinstance(block, CBRBlock):
            convolution, normalisation, _ = block
            assert isinstance(convolution, nn.Conv2d)
            assert isinstance(normalisation, nn.BatchNorm2d)
            block[0] = fuse_conv_bn_eval(convolution, normalisation)
            block[1] = nn.Identity()
    return network
