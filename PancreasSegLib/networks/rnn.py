"""RNN: JAC, with every slice regularised by its neighbours through convolutional LSTMs."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.conv_lstm import ConvLSTM
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.network import CNN, Network

DIRECTIONS = ("superior", "inferior")


class RNN(Network):
    """RNN-C of Cai et al. 2017, initialised from JAC-C; the paper leaves the cell open.

    One ConvLSTM per direction reads JAC's side outputs, at input size, slice after slice. A 1x1
    convolution of its hidden state, zero at first, corrects JAC's fused logits: fine-tuning
    starts exactly at JAC. The LSTM reads sigmoid(logits), not the unbounded logits, so that no
    over-confident slice saturates its gates; and the zero padding outside the picture then means
    "no pancreas here". The corrections have no bias: JAC's fusion has one already.

    Slices are ordered from inferior to superior. In direction "superior" the recurrence runs
    upwards (a slice is regularised by those below it), in "inferior" downwards; with both, the
    corrections add up. `window=4` is the paper's: slice t sees t-3 .. t (upwards), from a fresh
    state. `window=None` runs through the whole stack.

    `jac` may also be a UNet or a UNet3D, which have such maps; the paper has a JAC only.

    Raises `InputError` for a CNN without side outputs, an unknown or repeated direction, or a
    window below 1.
    """

    refines: ClassVar[bool] = True

    def __init__(
        self,
        jac: CNN,
        hidden: int = 16,
        directions: Sequence[str] = DIRECTIONS,
        window: int | None = None,
    ) -> None:
        super().__init__()
        _check(jac, directions, window)
        self.jac = jac
        self.hidden, self.directions, self.window = hidden, tuple(directions), window
        self.recurrences = nn.ModuleDict({d: ConvLSTM(jac.sides, hidden) for d in directions})
        self.corrections = nn.ModuleDict(
            {d: nn.Conv2d(hidden, 1, kernel_size=1, bias=False) for d in directions}
        )
        for correction in self.corrections.values():
            nn.init.zeros_(correction.weight)  # type: ignore[arg-type]

    @property
    def cnn(self) -> CNN:
        """What the maps come from."""
        return self.jac

    @property
    def context(self) -> int | None:
        """That of its CNN."""
        return self.jac.context

    @property
    def reach(self) -> int | None:
        """What the window lets a slice see on either side; None for the whole stack."""
        return None if self.window is None else self.window - 1

    @property
    def title(self) -> str:
        """As the paper has it: over a JAC it is RNN-64 alone, else "RNN over UNet-32"."""
        if isinstance(self.jac, JAC):
            return f"RNN-{self.jac.channels}"
        return f"RNN over {self.jac.title}"

    def configuration(self) -> dict[str, Any]:
        """That of its CNN, which is named where it is no JAC, and that of the recurrence."""
        cnn = self.jac.configuration()
        other = {} if cnn["kind"] == "JAC" else {"cnn": cnn["kind"]}
        recurrence = {
            "hidden": self.hidden,
            "directions": list(self.directions),
            "window": self.window,
        }
        return cnn | {"kind": "RNN"} | other | recurrence

    def train(self, mode: bool = True) -> Self:
        """Training mode, in which the CNN keeps its batch statistics.

        Successive slices of one or two scans are too alike to estimate batch statistics from.
        """
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, stack: Tensor) -> Tensor:
        """Stacks of slices (N, T, H, W) -> refined logits (N, T, H, W)."""
        return self.refine(self.maps(stack))

    def maps(self, stack: Tensor) -> Tensor:
        """Stacks (N, T, H, W) -> the CNN's logits (N, T, 1 + sides, H, W)."""
        return self.jac.maps(stack)

    def refine(self, maps: Tensor) -> Tensor:
        """The CNN's logits (N, T, 1 + sides, H, W) -> refined logits (N, T, H, W)."""
        refined, sides = maps[:, :, 0], torch.sigmoid(maps[:, :, 1:])
        for direction in self.directions:
            refined = refined + self._correction(direction, sides)
        return refined

    def _correction(self, direction: str, sides: Tensor) -> Tensor:
        if direction == "inferior":
            sides = sides.flip(1)
        hidden_states = self.recurrences[direction](sides, self.window)
        correction: Tensor = self.corrections[direction](hidden_states.flatten(0, 1))
        correction = correction.squeeze(1).unflatten(0, sides.shape[:2])
        return correction.flip(1) if direction == "inferior" else correction


def _check(cnn: CNN, directions: Sequence[str], window: int | None) -> None:
    if cnn.sides == 0:
        raise InputError(
            f"A recurrence cannot run over {cnn.title}, which has no side outputs; give another"
            " cnn."
        )
    known = all(direction in DIRECTIONS for direction in directions)
    if not known or not directions or len(set(directions)) != len(directions):
        raise InputError(
            f"The recurrence's directions are {list(directions)}; "
            'give ["superior"], ["inferior"] or ["superior", "inferior"].'
        )
    if window is not None and window < 1:
        raise InputError(
            f"The recurrence's window is {window} slices; "
            "give at least 1, or null for the whole stack."
        )
