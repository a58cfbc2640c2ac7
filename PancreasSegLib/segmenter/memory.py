"""Memory: what a slice needs, and a plain sentence where there is not enough."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.networks.network import CONVOLUTIONS
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.free_memory import free_bytes

FEATURE_COPIES = 4
"""Input, output and the convolution's own working space at the finest scale, generously."""

USABLE = 0.7
"""Of the free memory: other programs and allocators need some, too."""

MOST_SLICES = {"cpu": 4, "cuda": 32}
"""More slices at once are no faster: a CPU's caches hold less, a graphics card is busy by then."""

ADVICE = "close other programs, or give a region of interest around the pancreas."


def slice_batch(network: nn.Module, shape: tuple[int, int], compute: Compute) -> int:
    """How many slices of `shape` (H, W) fit through the network at once, by estimate.

    Raises OutOfMemory if the CPU has no room for a single one.
    """
    free = free_bytes(compute.device)
    most = MOST_SLICES[compute.device.type]
    if free is None:
        return most
    needed = bytes_per_slice(network, shape)
    fitting = int(USABLE * free / needed)
    if fitting == 0 and compute.device.type == "cpu":
        raise OutOfMemory(
            f"One slice of {shape[0]} x {shape[1]} needs about {needed / 1e9:.1f} GB of memory, "
            f"but only {free / 1e9:.1f} GB are free; {ADVICE}"
        )
    return max(1, min(most, fitting))


def bytes_per_slice(network: nn.Module, shape: tuple[int, int]) -> int:
    """An estimate: float32 feature maps of the widest convolution at input size."""
    widths = (m.out_channels for m in network.modules() if isinstance(m, CONVOLUTIONS))
    return FEATURE_COPIES * 4 * max(widths, default=1) * shape[0] * shape[1]


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
