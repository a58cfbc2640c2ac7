"""A stack of slices through a network, on the device that has the memory for it."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from PancreasSegLib.networks.rnn import RNN
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
        self, network: nn.Module, stack: np.ndarray, advance: Advance | None = None
    ) -> np.ndarray:
        """CNN and, if any, recurrence: stack (T, H, W) in [0, 1] -> probability (T, H, W).

        `advance` is told of the CNN's slices.
        """
        maps = self.maps(network, stack, advance)
        return self.refined(network, maps) if isinstance(network, RNN) else sigmoid(maps[:, 0])

    def maps(self, network: nn.Module, stack: np.ndarray, advance: Advance | None = None) -> Tensor:
        """Slices (T, H, W), float32 in [0, 1], through the CNN -> logits (T, maps, H, W).

        Map 0 is the fused one; the side outputs follow for an RNN alone, which needs them.
        """
        cnn = network.jac if isinstance(network, RNN) else network
        keep = None if isinstance(network, RNN) else 1
        batch = slice_batch(cnn, (stack.shape[1], stack.shape[2]), self.compute)
        while True:
            try:
                self.slices_at_once = batch
                return self._maps_in_batches(cnn, stack, batch, keep, advance)
            except torch.cuda.OutOfMemoryError:
                torch.cuda.empty_cache()
                if batch > 1:
                    batch //= 2
                    continue
            self._fall_back_to_cpu()
            batch = slice_batch(cnn, (stack.shape[1], stack.shape[2]), self.compute)

    def refined(self, network: RNN, maps: Tensor, advance: Advance | None = None) -> np.ndarray:
        """Logits (T, 1 + scales, H, W), inferior to superior -> probability (T, H, W), float32."""
        try:
            return self._refined_in_parts(network, maps, advance)
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
        self._fall_back_to_cpu()
        return self._refined_in_parts(network, maps, advance)

    def _maps_in_batches(
        self,
        cnn: nn.Module,
        stack: np.ndarray,
        batch: int,
        keep: int | None,
        advance: Advance | None,
    ) -> Tensor:
        cnn.to(self.compute.device)
        slices = torch.from_numpy(np.ascontiguousarray(stack)).unsqueeze(1)
        parts = []
        for start in range(0, len(slices), batch):
            x = slices[start : start + batch].to(self.compute.device)
            with torch.inference_mode(), self.compute.mixed_precision():
                logits = cnn(x.contiguous(memory_format=torch.channels_last))
                parts.append(logits[:, :keep].float().cpu().contiguous())
            if advance is not None:
                advance(min(start + batch, len(slices)), len(slices))
        return torch.cat(parts)

    def _refined_in_parts(self, network: RNN, maps: Tensor, advance: Advance | None) -> np.ndarray:
        # In float32: the state runs through many slices, and rounding would add up.
        network.to(self.compute.device)
        slices = len(maps)
        step = slices if network.window is None else WINDOWED_SLICES
        context = 0 if network.window is None else network.window - 1
        parts = []
        for start in range(0, slices, step):
            stop = min(start + step, slices)
            first, last = max(start - context, 0), min(stop + context, slices)
            with torch.inference_mode():
                part = network.refine(maps[None, first:last].to(self.compute.device))
                parts.append(sigmoid(part[0, start - first : stop - first]))
            if advance is not None:
                advance(stop, slices)
        return np.concatenate(parts)

    def _fall_back_to_cpu(self) -> None:
        self.notes.append(
            f"The memory of {self.compute.device} was not enough; the computation went on on the "
            "CPU."
        )
        self.compute = cpu_compute()


def sigmoid(logits: Tensor) -> np.ndarray:
    """Logits to probabilities, as a float32 array."""
    return torch.sigmoid(logits.float()).cpu().numpy()
