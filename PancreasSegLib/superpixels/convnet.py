"""The ConvNet that tells a picture of pancreas from one of something else."""

from torch import Tensor, nn

CONVOLUTIONS = (
    (1, 7, 2, True),
    (2, 3, 1, True),
    (4, 3, 1, False),
    (4, 3, 1, False),
    (4, 3, 1, True),
)
"""Each convolution's width in channels, kernel, stride, and whether 2x2 max pooling follows."""

LEFT = 4
"""Rows and columns that are left of a picture's 64 after the last pooling."""

CONNECTED = 8
"""Width of the two fully connected layers, in channels."""

DROPPED = 0.5


class ConvNet(nn.Module):
    """Five convolutions with max pooling, two fully connected layers with dropout, two classes.

    Roth et al. 2015 have the counts in a picture only, and call their connected layers locally
    connected; these are ours, with a batch normalisation after each convolution, which makes the
    training short.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for times, kernel, stride, pooled in CONVOLUTIONS:
            width = times * channels
            layers += [
                nn.Conv2d(before, width, kernel, stride, padding=kernel // 2, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
            ]
            layers += [nn.MaxPool2d(2)] if pooled else []
            before = width
        self.convolutions = nn.Sequential(*layers)
        width = CONNECTED * channels
        self.connected = nn.Sequential(
            nn.Dropout(DROPPED),
            nn.Linear(before * LEFT * LEFT, width),
            nn.ReLU(inplace=True),
            nn.Dropout(DROPPED),
            nn.Linear(width, width),
            nn.ReLU(inplace=True),
            nn.Linear(width, 2),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (n, 1, 64, 64) in [0, 1] -> logits (n, 2): something else, pancreas."""
        logits: Tensor = self.connected(self.convolutions(pictures).flatten(1))
        return logits
