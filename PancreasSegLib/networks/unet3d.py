"""UNet3D: a network that sees the whole region at once, and may know other organs as well."""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.networks.network import CNN

SUPERVISED = 3
"""Side outputs at full, half and quarter resolution; coarser voxels are larger than a pancreas is
thick."""

WIDEST = 8
"""No scale has more than this many times the channels of the finest one."""

PANCREAS = 1
"""The class of the pancreas; 0 is what belongs to no class."""


class UNet3D(CNN):
    """The 3D U-Net of Cicek et al. 2016 (arXiv 1606.06650), in the form of nnU-Net's.

    Scale s, counted from 0, is `channels` * 2^s wide, at most 8 * `channels`, with `blocks` times a
    3x3x3 convolution, instance normalisation and leaky ReLU on either way; the defaults have 3.7 M
    parameters. Strided convolutions lead down, transposed ones up (Isensee et al. 2021, doi
    10.1038/s41592-020-01008-z).

    It gives each voxel to one of `classes`: none, the pancreas, then other organs. What the
    segmenter sees of it is the pancreas alone. Any depth, height and width will do: a stack is
    filled up with zeros, as if the scan ended there.
    """

    def __init__(
        self, channels: int = 16, blocks: int = 2, scales: int = 5, classes: int = 2
    ) -> None:
        super().__init__(channels, blocks, scales)
        self.classes = classes
        widths = [channels * min(2**scale, WIDEST) for scale in range(scales)]
        self.encoder = nn.ModuleList(
            _convolutions(1 if scale == 0 else widths[scale - 1], width, blocks, min(scale, 1) + 1)
            for scale, width in enumerate(widths)
        )
        self.enlarging = nn.ModuleList(
            nn.ConvTranspose3d(coarser, width, kernel_size=2, stride=2)
            for width, coarser in pairwise(widths)
        )
        self.decoder = nn.ModuleList(
            _convolutions(2 * width, width, blocks) for width, _ in pairwise(widths)
        )
        self.to_side_outputs = nn.ModuleList(
            nn.Conv3d(width, classes, kernel_size=1) for width in widths[: self.sides]
        )

    @property
    def context(self) -> None:
        """The whole stack."""
        return

    @property
    def features(self) -> int:
        """Those of the finest scale of both ways, where they meet."""
        return 2 * self.channels

    @property
    def sides(self) -> int:
        """As many as are supervised."""
        return min(self.scales, SUPERVISED)

    def configuration(self) -> dict[str, Any]:
        """Kind, channels, blocks, scales and classes."""
        return super().configuration() | {"classes": self.classes}

    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, 1 + sides, H, W) of the pancreas.

        The answer is the finest side output: its sigmoid is the softmax's share of the pancreas.
        """
        size = stack.shape[1:]
        sides = []
        for scale, classes in enumerate(self.class_maps(stack)):
            sides.append(
                _enlarged(_of_pancreas(classes), 2**scale)[..., : size[0], : size[1], : size[2]]
            )
        return torch.cat([sides[0], *sides], dim=1).transpose(1, 2)

    def kept(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, 1 + classes, H, W): the answer, then each class."""
        t, h, w = stack.shape[1:]
        classes = self.class_maps(stack)[0][..., :t, :h, :w]
        return torch.cat([_of_pancreas(classes), classes], dim=1).transpose(1, 2)

    def class_maps(self, stack: Tensor) -> list[Tensor]:
        """Stacks (N, T, H, W) -> logits (N, classes, T', H', W') of each side output, finest first.

        T', H' and W' are T, H and W, halved for each scale, rounded up to what fills all scales.
        """
        seen = [self.encoder[0](_filled_up(stack, 2 ** (self.scales - 1)).unsqueeze(1))]
        for encode in self.encoder[1:]:
            seen.append(encode(seen[-1]))
        x, classes = seen[-1], []
        for scale in reversed(range(self.scales)):
            if scale < self.scales - 1:
                x = self.decoder[scale](torch.cat([seen[scale], self.enlarging[scale](x)], dim=1))
            if scale < self.sides:
                classes.append(self.to_side_outputs[scale](x))
        return classes[::-1]


class _InstanceNorm(nn.InstanceNorm3d):
    """`nn.InstanceNorm3d`, and the same for a single stack without leaving channels_last."""

    def forward(self, input: Tensor) -> Tensor:
        if len(input) > 1:
            return super().forward(input)
        # PyTorch's own copies each map twice for it: a fifth of a training step on a CPU.
        return functional.batch_norm(
            input, None, None, self.weight, self.bias, training=True, eps=self.eps
        )


def _convolutions(in_channels: int, channels: int, blocks: int, stride: int = 1) -> nn.Sequential:
    """`blocks` convolutions in a row, the first one with the stride."""
    layers: list[nn.Module] = []
    for block in range(blocks):
        layers += [
            nn.Conv3d(
                in_channels if block == 0 else channels,
                channels,
                kernel_size=3,
                stride=stride if block == 0 else 1,
                padding=1,
                bias=False,
            ),
            _InstanceNorm(channels, affine=True),
            nn.LeakyReLU(0.01, inplace=True),
        ]
    return nn.Sequential(*layers)


def _of_pancreas(classes: Tensor) -> Tensor:
    """Logits (N, classes, ...) -> that of "the pancreas, and nothing else" (N, 1, ...)."""
    others = torch.cat([classes[:, :PANCREAS], classes[:, PANCREAS + 1 :]], dim=1)
    return classes[:, PANCREAS : PANCREAS + 1] - others.float().logsumexp(dim=1, keepdim=True)


def _filled_up(stack: Tensor, factor: int) -> Tensor:
    """(N, T, H, W) with zeros at the end of each axis, up to a multiple of `factor`."""
    slices, *plane = stack.shape[1:]
    # Two at least, because a scale of a single voxel cannot be normalised.
    missing = [-length % factor for length in reversed(plane)]
    missing.append(max(2 * factor - slices, -slices % factor))
    return functional.pad(stack, [amount for end in missing for amount in (0, end)])


def _enlarged(side: Tensor, factor: int) -> Tensor:
    """Each axis `factor` times as long, linear, voxels over what they came from."""
    if factor == 1:
        return side
    return functional.interpolate(side, scale_factor=factor, mode="trilinear", align_corners=False)
