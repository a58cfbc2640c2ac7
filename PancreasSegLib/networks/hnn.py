"""HNN: the holistically-nested network on VGG-16's trunk, a baseline of Cai et al. 2017."""

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.networks.jac import enlarge
from PancreasSegLib.networks.network import SliceCNN

CONVOLUTIONS_OF_A_SCALE = (2, 2, 3, 3, 3)
WIDER = (1, 2, 4, 8, 8)
"""How many times the channels of the first scale each scale has."""

VGG16_LAYERS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""The numbers of the convolutions in torchvision's `vgg16().features`."""

IMAGENET_MEAN, IMAGENET_SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class HNN(SliceCNN):
    """HED (Xie and Tu 2015, arXiv 1504.06375): VGG-16's thirteen convolutions in five scales.

    3x3 convolutions and ReLU, without normalisation, 2x2 max pooling between scales; after each
    scale a 1x1 convolution to a side output, brought to input size; the fused output is a 1x1
    convolution over them that starts as their mean. The default has 14.7 M parameters.
    """

    def __init__(self, channels: int = 64) -> None:
        super().__init__(channels, max(CONVOLUTIONS_OF_A_SCALE), len(WIDER))
        widths = [channels * times for times in WIDER]
        self.trunk = nn.ModuleList(
            _convolutions(before, width, count)
            for (before, width), count in zip(
                pairwise([1, *widths]), CONVOLUTIONS_OF_A_SCALE, strict=True
            )
        )
        self.to_side_outputs = nn.ModuleList(nn.Conv2d(width, 1, kernel_size=1) for width in widths)
        self.fusion = nn.Conv2d(self.scales, 1, kernel_size=1)
        for output in self.to_side_outputs:
            nn.init.zeros_(output.bias)  # type: ignore[arg-type]
        nn.init.constant_(self.fusion.weight, 1 / self.scales)
        nn.init.zeros_(self.fusion.bias)  # type: ignore[arg-type]

    def configuration(self) -> dict[str, object]:
        """Kind and channels; the rest is VGG-16's."""
        return {"kind": "HNN", "channels": self.channels}

    def forward(self, x: Tensor) -> Tensor:
        """Slices (N, 1, H, W) -> logits (N, 6, H, W): the fused map, then each scale's."""
        height, width = x.shape[-2:]
        sides = []
        for scale, convolutions in enumerate(self.trunk):
            if scale > 0:
                x = functional.max_pool2d(x, kernel_size=2, ceil_mode=True)
            x = convolutions(x)
            side = self.to_side_outputs[scale](x)
            sides.append(enlarge(side, 2**scale)[..., :height, :width])
        maps = torch.cat(sides, dim=1)
        return torch.cat([self.fusion(maps), maps], dim=1)

    def load_vgg16(self, state: Mapping[str, Tensor]) -> None:
        """Take the trunk from the state dict of torchvision's `vgg16`, by its own key names.

        A slice in [0, 1] is to it a grey picture that was normalised as ImageNet's are: both are
        worked into the first convolution, exact but for the picture's border. Raises `WeightsError`
        for another state dict.
        """
        own = [m for scale in self.trunk for m in scale.modules() if isinstance(m, nn.Conv2d)]
        for layer, convolution in zip(VGG16_LAYERS, own, strict=True):
            weight, bias = (state.get(f"features.{layer}.{part}") for part in ("weight", "bias"))
            if weight is None or bias is None:
                raise WeightsError(
                    f"There is no features.{layer}.weight with its bias in the weights of the"
                    " trunk; give the state dict of torchvision's vgg16."
                )
            if layer == 0:
                weight, bias = _for_grey_pictures(weight, bias)
            if weight.shape != convolution.weight.shape:
                raise WeightsError(
                    f"features.{layer}.weight of the trunk is {tuple(weight.shape)} and this"
                    f" network needs {tuple(convolution.weight.shape)}; VGG-16 has 64 channels."
                )
            assert convolution.bias is not None
            with torch.no_grad():
                convolution.weight.copy_(weight)
                convolution.bias.copy_(bias)


def _convolutions(in_channels: int, channels: int, count: int) -> nn.Sequential:
    """`count` times a 3x3 convolution and ReLU."""
    layers: list[nn.Module] = []
    for before, after in pairwise([in_channels] + [channels] * count):
        convolution = nn.Conv2d(before, after, kernel_size=3, padding=1)
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]
        layers += [convolution, nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


def _for_grey_pictures(weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """The first convolution for one channel in [0, 1], in place of three normalised ones."""
    if weight.ndim != 4 or weight.shape[1] != len(IMAGENET_MEAN):
        return weight, bias
    mean = torch.tensor(IMAGENET_MEAN)[None, :, None, None]
    sd = torch.tensor(IMAGENET_SD)[None, :, None, None]
    scaled = weight / sd
    return scaled.sum(dim=1, keepdim=True), bias - (scaled * mean).sum(dim=(1, 2, 3))
