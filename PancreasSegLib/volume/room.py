"""Is there room in the computer's memory for a scan? Asked by its header, before it is read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.process.free_memory import free_bytes

OF_THE_RESULT = 3
"""Bytes of a voxel besides the scan's own: its mask, and what is made of both on the way."""


def refuse_without_room(path: Path, shape: Sequence[int], bytes_per_voxel: int) -> None:
    """OutOfMemory where the scan `path` cannot fit, by an estimate.

    Args:
        path: named in the message.
        shape: numbers of voxels.
        bytes_per_voxel: what reading a voxel takes, all copies together.
    """
    free = free_bytes()
    needed = math.prod(shape) * (bytes_per_voxel + OF_THE_RESULT)
    if free is None or needed <= free:
        return
    size = " x ".join(str(count) for count in shape)
    raise OutOfMemory(
        f"{path} has {size} voxels, which need about {needed / 1e9:.1f} GB of memory, but only "
        f"{free / 1e9:.1f} GB are free; close other programs, or cut out the abdomen and give that."
    )
