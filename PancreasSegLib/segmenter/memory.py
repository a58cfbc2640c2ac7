"""Memory: what a slice needs, and a plain sentence where there is not enough."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.networks.network import Network
from PancreasSegLib.process.free_memory import free_bytes
from PancreasSegLib.segmenter.device import Compute

FEATURE_COPIES = 4
"""Input, output and the convolution's own working space at the finest scale, generously."""

USABLE = 0.7
"""Of the free memory: other programs and allocators need some, too."""

MOST_SLICES = {"cpu": 4, "cuda": 32}
"""More slices at once are no faster: a CPU's caches hold less, a graphics card is busy by then."""

ADVICE = "close other programs, or give a region of interest around the pancreas."


def slice_batch(network: Network, shape: tuple[int, int, int], compute: Compute) -> int:
    """How many slices of a stack (T, H, W) fit through the network at once, by estimate.

    All of them for a network that needs the whole stack. Raises OutOfMemory if the CPU has no room
    for the least that the network needs.
    """
    slices, *slice_shape = shape
    whole = network.context is None
    most = network.most_slices or MOST_SLICES[compute.device.type]
    least, most = (slices, slices) if whole else (1, most)
    free = _free_bytes(compute.device)
    if free is None:
        return most
    needed = bytes_per_slice(network, (slice_shape[0], slice_shape[1]))
    fitting = int(USABLE * free / needed)
    if fitting < least and compute.device.type == "cpu":
        what = f"{slices} slices" if whole else "One slice"
        raise OutOfMemory(
            f"{what} of {shape[1]} x {shape[2]} need{'' if whole else 's'} about"
            f" {least * needed / 1e9:.1f} GB of memory, but only {free / 1e9:.1f} GB are free;"
            f" {ADVICE}"
        )
    return max(least, min(most, fitting))


def _free_bytes(device: torch.device) -> int | None:
    return int(torch.cuda.mem_get_info(device)[0]) if device.type == "cuda" else free_bytes()


def bytes_per_slice(network: Network, shape: tuple[int, int]) -> int:
    """An estimate: float32 feature maps of a slice (H, W), as many as the network has of it."""
    return FEATURE_COPIES * 4 * network.features * shape[0] * shape[1]


@contextmanager
def memory_failure_in_a_sentence() -> Iterator[None]:
    """Turns a failure to get memory, of numpy, torch or SimpleITK, into OutOfMemory."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_memory_failure(error):
            raise
        raise OutOfMemory(f"The computer's memory is not enough for this scan; {ADVICE}") from error


def _is_memory_failure(error: Exception) -> bool:
    # torch and SimpleITK have no class of their own for it on the CPU.
    sayings = ("DefaultCPUAllocator: can't allocate", "Failed to allocate memory for image")
    return isinstance(error, MemoryError) or any(saying in str(error) for saying in sayings)
