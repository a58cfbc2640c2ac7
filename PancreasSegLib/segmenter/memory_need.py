"""How much of the computer's memory a segmentation needs, estimated before it is started.

Loads no torch, so that Slicer can ask.
"""

from __future__ import annotations

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.process.free_memory import free_bytes
from PancreasSegLib.volume.room import OF_THE_RESULT
from PancreasSegLib.volume.volume import Volume

ENGINE_BYTES = 800_000_000
"""PyTorch, the networks, and a region of the usual size in them: by Testing/benchmarks/speed.py."""


def needed_bytes(scan: Volume) -> int:
    """Besides the scan itself."""
    return ENGINE_BYTES + OF_THE_RESULT * scan.array.size


def memory_need(scan: Volume) -> str:
    """The estimate, and what is free, as a sentence."""
    free, needed = free_bytes(), f"About {needed_bytes(scan) / 1e9:.1f} GB of memory are needed"
    return f"{needed}." if free is None else f"{needed}, and {free / 1e9:.1f} GB are free."


def refuse_without_memory(scan: Volume) -> None:
    """OutOfMemory where the scan cannot be segmented with the memory that is free."""
    free, needed = free_bytes(), needed_bytes(scan)
    if free is None or needed <= free:
        return
    size = " x ".join(str(count) for count in scan.array.shape[::-1])
    raise OutOfMemory(
        f"To segment a scan of {size} voxels about {needed / 1e9:.1f} GB of memory are needed, but "
        f"only {free / 1e9:.1f} GB are free; close other programs, or cut out the abdomen and "
        "segment that."
    )
