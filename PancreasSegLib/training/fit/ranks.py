"""Several processes that train one network together, as torchrun starts them.

Each takes its part of every batch, with the batch statistics of that part; gradients are averaged,
so all have the same weights after each step. Without torchrun there is one process alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn

from PancreasSegLib.errors import InputError
from PancreasSegLib.segmenter.device import choose_compute


@contextmanager
def joined(device: str) -> Iterator[str]:
    """Join the other processes, where there are any; gives the device of this one.

    Each of them has a graphics card of its own, where there are any.
    """
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield device
        return
    if choose_compute(device).device.type == "cuda":
        device = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(choose_compute(device).device)
    distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield device
    finally:
        distributed.destroy_process_group()


def count() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if _several() else 1


def leads() -> bool:
    """Whether this process is the one that writes what is kept."""
    return not _several() or distributed.get_rank() == 0


def wait_for_all() -> None:
    """Return once all have come here."""
    if _several():
        distributed.barrier()


def refuse_batch(name: str, batch: int) -> None:
    """Raise `InputError` where the recipe `name` has a `batch` that cannot be shared equally."""
    if batch % count():
        raise InputError(
            f"{name}, batch is {batch}; {count()} processes cannot share it equally: give a"
            " multiple of their number."
        )


def own_part(batch: Tensor) -> Tensor:
    """This process's part of a batch (batch, ...)."""
    return batch.chunk(count())[distributed.get_rank()] if _several() else batch


def average_gradients(network: nn.Module) -> None:
    """Give all processes the mean of their gradients."""
    if _several():
        for parameter in network.parameters():
            if parameter.grad is not None:
                _average(parameter.grad)


def average_statistics(network: nn.Module) -> None:
    """Give all processes the mean of their running statistics: what a checkpoint keeps."""
    if _several():
        for buffer in network.buffers():
            if buffer.is_floating_point():
                _average(buffer)


def mean(value: float, device: torch.device) -> float:
    """The mean of what all processes have, the same in each of them."""
    if not _several():
        return value
    total = torch.tensor(value, dtype=torch.float64, device=device)
    _average(total)
    return float(total)


def _average(tensor: Tensor) -> None:
    distributed.all_reduce(tensor)
    tensor /= count()


def _several() -> bool:
    return distributed.is_available() and distributed.is_initialized()
