"""A stack of slices through a network, on the device that has the memory for it.

The memory ladder of a graphics card: as planned, then fewer slices at once, then half precision,
then the CPU. Only CUDA's own out-of-memory error leads a step down it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.networks.network import Network
from PancreasSegLib.segmenter.device import Compute, cpu_compute
from PancreasSegLib.segmenter.memory import ADVICE, slice_batch

Rung = Literal["as planned", "fewer slices at once", "half precision", "CPU"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
"""Of the memory ladder, from the top down."""

Advance = Callable[[int, int], None]
"""Called with how many parts are done, and of how many."""

WINDOWED_SLICES = 16
"""How many slices the windowed recurrence refines at once: its memory grows with them."""


class StackRunner:
    """Runs networks; where the graphics card's memory runs out it goes down the memory ladder.

    `compute`, `slices_at_once`, `rung` and `notes` tell what really ran.
    """

    def __init__(self, compute: Compute) -> None:
        # MKL chooses its tanh in the first call. If that call comes from two threads at once, they
        # can get different ones, and the last bit would change from run to run: seen in 1 of 5.
        torch.tanh(torch.zeros(64))
        self.compute = compute
        self.slices_at_once = 0
        self.rung: Rung = "as planned"
        self.notes: list[str] = []

    def probability(
        self, network: Network, stack: np.ndarray, advance: Advance | None = None
    ) -> np.ndarray:
        """Maps, then what relates them: stack (T, H, W) in [0, 1] -> probability (T, H, W).

        `advance` is told of the maps' slices.
        """
        return self.refined(network, self.maps(network, stack, advance))

    def maps(self, network: Network, stack: np.ndarray, advance: Advance | None = None) -> Tensor:
        """Slices (T, H, W), float32 in [0, 1] -> logits (T, maps, H, W), those that are `kept`."""
        t, h, w = stack.shape
        batch = slice_batch(network.cnn, (t, h, w), self.compute)
        while True:
            try:
                self.slices_at_once = batch
                return self._maps_in_batches(network, stack, batch, advance)
            except torch.cuda.OutOfMemoryError:
                torch.cuda.empty_cache()
            if batch > 1 and network.context is not None:
                batch //= 2
                self._note("fewer slices at once")
                continue
            self.compute = self._below(self.compute)
            batch = slice_batch(network.cnn, (t, h, w), self.compute)

    def refined(self, network: Network, maps: Tensor, advance: Advance | None = None) -> np.ndarray:
        """Logits (T, maps, H, W), inferior to superior -> probability (T, H, W), float32."""
        # In float32: the state runs through many slices, and rounding would add up.
        compute = replace(self.compute, precision=torch.float32)
        while True:
            try:
                return self._refined_in_parts(network, maps, compute, advance)
            except torch.cuda.OutOfMemoryError:
                torch.cuda.empty_cache()
            compute = self._below(compute)
            if compute.device.type == "cpu":
                self.compute, compute = compute, replace(compute, precision=torch.float32)

    def _maps_in_batches(
        self, network: Network, stack: np.ndarray, batch: int, advance: Advance | None
    ) -> Tensor:
        network.cnn.to(self.compute.device)
        slices = torch.from_numpy(np.ascontiguousarray(stack))
        parts = []
        for part in parts_of(len(slices), batch, network.context or 0):
            x = slices[None, part.seen].to(self.compute.device)
            with torch.inference_mode(), self.compute.mixed_precision():
                logits = network.kept(x)[0, part.wanted]
                parts.append(logits.float().cpu().contiguous())
            if advance is not None:
                advance(part.stop, len(slices))
        return torch.cat(parts)

    def _refined_in_parts(
        self, network: Network, maps: Tensor, compute: Compute, advance: Advance | None
    ) -> np.ndarray:
        network.to(compute.device)
        at_once = WINDOWED_SLICES if network.reach else len(maps)
        parts = []
        for part in parts_of(len(maps), at_once, network.reach or 0):
            with torch.inference_mode(), compute.mixed_precision():
                refined = network.refine(maps[None, part.seen].to(compute.device))
                parts.append(sigmoid(refined[0, part.wanted]))
            if advance is not None:
                advance(part.stop, len(maps))
        return np.concatenate(parts)

    def _below(self, compute: Compute) -> Compute:
        """The next rung, where not even one slice fits: half precision there, then the CPU.

        Raises OutOfMemory where there is none.
        """
        if compute.device.type == "cpu":
            raise OutOfMemory(f"The computer's memory is not enough for this scan; {ADVICE}")
        if compute.precision == torch.float32:
            self._note("half precision")
            return replace(compute, precision=torch.float16)
        self._note("CPU")
        self.notes.append(
            f"The memory of {compute.device} was not enough; the computation went on on the CPU."
        )
        return cpu_compute()

    def _note(self, rung: Rung) -> None:
        """Remember the lowest rung that was needed."""
        self.rung = max(self.rung, rung, key=RUNGS.index)


@dataclass(frozen=True)
class Part:
    """Slices that are computed at once: which are `seen`, and which of those are `wanted`."""

    seen: slice
    wanted: slice
    stop: int


def parts_of(slices: int, at_once: int, context: int) -> Iterator[Part]:
    """The parts of a stack, each seen with up to `context` slices more on either side."""
    for start in range(0, slices, at_once):
        stop = min(start + at_once, slices)
        first, last = max(start - context, 0), min(stop + context, slices)
        yield Part(slice(first, last), slice(start - first, stop - first), stop)


def sigmoid(logits: Tensor) -> np.ndarray:
    """Logits to probabilities, as a float32 array."""
    return torch.sigmoid(logits.float()).cpu().numpy()
