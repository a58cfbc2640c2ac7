"""Scale block: several CBR blocks at one resolution, with a side output."""

from torch import Tensor, nn

from PancreasSegLib.networks.cbr_block import cbr_blocks


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
