"""What segmenter and trainer ask of any network: maps of a stack of slices, and to refine them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from torch import Tensor, nn

CONVOLUTIONS = (nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.ConvTranspose3d)


class Network(nn.Module, ABC):
    """A network whose two steps the segmenter runs one after the other.

    `maps` makes logits of a stack of slices; `refine` makes of them, and of the whole stack, the
    answer. Slices run from inferior to superior where they are axial. A new kind of network is a
    new file with these, and its line in `networks.build`.

    context: how many slices on either side the maps of a slice depend on; 0 slice by slice, None
    for the whole stack.
    refines: whether `refine` does more than to take the first map: it then needs all of them.
    reach: how many slices on either side `refine` of a slice depends on; None for the whole stack.
    most_slices: how many slices to take at once at most, where a few already take seconds in which
    nobody can cancel; None for as many as pay.
    """

    refines: ClassVar[bool] = False
    most_slices: ClassVar[int | None] = None

    @property
    def context(self) -> int | None:
        """As above."""
        return 0

    @abstractmethod
    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, maps, H, W): the answer, then all that is supervised
        beside it, from the finest scale to the coarsest."""

    def kept(self, stack: Tensor) -> Tensor:
        """Of the maps of stacks (N, T, H, W) those that the segmenter needs, the answer first."""
        maps = self.maps(stack)
        return maps if self.refines else maps[:, :, :1]

    def refine(self, maps: Tensor) -> Tensor:
        """Logits (N, T, maps, H, W), the answer first -> refined logits (N, T, H, W)."""
        return maps[:, :, 0]

    @property
    def reach(self) -> int | None:
        """As above."""
        return 0

    @property
    def features(self) -> int:
        """How many feature maps of a slice's own size are in memory at once, at most."""
        return max(
            (m.out_channels for m in self.modules() if isinstance(m, CONVOLUTIONS)), default=1
        )

    @property
    def cnn(self) -> Network:
        """The part that makes the maps; what else there is relates them."""
        return self

    @property
    @abstractmethod
    def title(self) -> str:
        """Kind and width, as the papers write them: JAC-64."""

    @abstractmethod
    def configuration(self) -> dict[str, Any]:
        """All that `networks.build_network` needs to build such a network, ready for JSON."""


class CNN(Network):
    """A convolutional network that has a side output for each of several scales.

    `channels`, `blocks` and `scales` are those of its subclass.
    """

    def __init__(self, channels: int, blocks: int, scales: int) -> None:
        super().__init__()
        self.channels, self.blocks, self.scales = channels, blocks, scales

    @property
    def sides(self) -> int:
        """How many side outputs `maps` gives beside the answer."""
        return self.scales

    @property
    def title(self) -> str:
        """As in JAC-64."""
        return f"{type(self).__name__}-{self.channels}"

    def configuration(self) -> dict[str, Any]:
        """Kind, channels, blocks and scales."""
        sizes = {"channels": self.channels, "blocks": self.blocks, "scales": self.scales}
        return {"kind": type(self).__name__, **sizes}


class SliceCNN(CNN):
    """A CNN that takes every slice by itself.

    Its subclass's `forward` takes slices (N, 1, H, W) to logits (N, 1 + scales, H, W): the fused
    map, then each scale's.
    """

    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, 1 + scales, H, W), every slice by itself."""
        slices: Tensor = self(stack.flatten(0, 1).unsqueeze(1))
        return slices.unflatten(0, stack.shape[:2])
