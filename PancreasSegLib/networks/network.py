"""What segmenter and trainer ask of any network: maps of a stack of slices, and to refine them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from torch import Tensor, nn

CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)


class Network(nn.Module, ABC):
    """A network whose two steps the segmenter runs one after the other.

    `maps` makes logits of a stack of slices; `refine` makes of them, and of the whole stack, the
    answer. Slices run from inferior to superior where they are axial. A new kind of network is a
    new file with these, and its line in `networks.build`.

    context: how many slices on either side the maps of a slice depend on; 0 slice by slice.
    refines: whether `refine` does more than to take the first map: it then needs all of them.
    reach: how many slices on either side `refine` of a slice depends on; None for the whole stack.
    """

    context: ClassVar[int] = 0
    refines: ClassVar[bool] = False

    @abstractmethod
    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, maps, H, W): the answer, then all that is supervised
        beside it, from the finest scale to the coarsest."""

    def refine(self, maps: Tensor) -> Tensor:
        """Logits (N, T, maps, H, W), the answer first -> refined logits (N, T, H, W)."""
        return maps[:, :, 0]

    @property
    def reach(self) -> int | None:
        """As above."""
        return 0

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
    """A network that takes every slice by itself, with a side output for each of its scales.

    `channels`, `blocks` and `scales` are those of its subclass, whose `forward` takes slices
    (N, 1, H, W) to logits (N, 1 + scales, H, W): the fused map, then each scale's.
    """

    def __init__(self, channels: int, blocks: int, scales: int) -> None:
        super().__init__()
        self.channels, self.blocks, self.scales = channels, blocks, scales

    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> logits (N, T, 1 + scales, H, W), every slice by itself."""
        slices: Tensor = self(stack.flatten(0, 1).unsqueeze(1))
        return slices.unflatten(0, stack.shape[:2])

    @property
    def title(self) -> str:
        """As in JAC-64."""
        return f"{type(self).__name__}-{self.channels}"

    def configuration(self) -> dict[str, Any]:
        """Kind, channels, blocks and scales."""
        sizes = {"channels": self.channels, "blocks": self.blocks, "scales": self.scales}
        return {"kind": type(self).__name__, **sizes}
