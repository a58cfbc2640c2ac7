"""A stack of slices through a network, on the device that has the memory for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from PancreasSegLib.networks.network import Network
from PancreasSegLib.segmenter.device import Compute, cpu_compute
from PancreasSegLib.segmenter.memory import slice_batch

Advance = Callable[[int, int], None]
"""Called with how many parts are done, and of how many."""

WINDOWED_SLICES = 16
"""How many slices the windowed recurrence refines at once: its memory grows with them."""


class StackRunner:
    """Runs networks; where the graphics card's memory runs out it takes fewer slices at a time,
    then the CPU. `compute`, `slices_at_once` and `notes` tell what really ran.
    """

    def __init__(self, compute: Compute) -> None:
        # MKL chooses its tanh in the first call. If that call comes from two threads at once, they
        # can get different ones, and the last bit would change from run to run: seen in 1 of 5.
        torch.tanh(torch.zeros(64))
        self.compute = compute
        self.slices_at_once = 0
        self.notes: list[str] = []

    def probability(
        self, network: Network, stack: np.ndarray, advance: Advance | None = None
    ) -> np.ndarray:
        """Maps, then what relates them: stack (T, H, W) in [0, 1] -> probability (T, H, W).

        `advance` is told of the maps' slices.
        """
        return self.refined(network, self.maps(network, stack, advance))

    def maps(self, network: Network, stack: np.ndarray, advance: Advance | None = None) -> Tensor:
        """Slices (T, H, W), float32 in [0, 1] -> logits (T, maps, H, W).

        Map 0 is the network's answer; those beside it follow only where `refine` needs them.
        """
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
                    continue
            self._fall_back_to_cpu()
            batch = slice_batch(network.cnn, (t, h, w), self.compute)

    def refined(self, network: Network, maps: Tensor, advance: Advance | None = None) -> np.ndarray:
        """Logits (T, maps, H, W), inferior to superior -> probability (T, H, W), float32."""
        try:
            return self._refined_in_parts(network, maps, advance)
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
        self._fall_back_to_cpu()
        return self._refined_in_parts(network, maps, advance)

    def _maps_in_batches(
        self, network: Network, stack: np.ndarray, batch: int, advance: Advance | None
    ) -> Tensor:
        network.cnn.to(self.compute.device)
        slices = torch.from_numpy(np.ascontiguousarray(stack))
        needed = None if network.refines else 1
        parts = []
        for part in parts_of(len(slices), batch, network.context or 0):
            x = slices[None, part.seen].to(self.compute.device)
            with torch.inference_mode(), self.compute.mixed_precision():
                logits = network.maps(x)[0, part.wanted, :needed]
                parts.append(logits.float().cpu().contiguous())
            if advance is not None:
                advance(part.stop, len(slices))
        return torch.cat(parts)

    def _refined_in_parts(
        self, network: Network, maps: Tensor, advance: Advance | None
    ) -> np.ndarray:
        # In float32: the state runs through many slices, and rounding would add up.
        network.to(self.compute.device)
        at_once = WINDOWED_SLICES if network.reach else len(maps)
        parts = []
        for part in parts_of(len(maps), at_once, network.reach or 0):
            with torch.inference_mode():
                refined = network.refine(maps[None, part.seen].to(self.compute.device))
                parts.append(sigmoid(refined[0, part.wanted]))
            if advance is not None:
                advance(part.stop, len(maps))
        return np.concatenate(parts)

    def _fall_back_to_cpu(self) -> None:
        self.notes.append(
            f"The memory of {self.compute.device} was not enough; the computation went on on the "
            "CPU."
        )
        self.compute = cpu_compute()


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
