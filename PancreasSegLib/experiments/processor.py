"""What a run was computed on, by the name that its maker gave it."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import torch


def processor_name(device: torch.device) -> str:
    """As in "AMD EPYC 9R14" or "NVIDIA H200"; the kind of the machine where it has no name."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    told = Path("/proc/cpuinfo")
    if told.is_file():
        found = re.search(
            r"^model name\s*:\s*(.+)$", told.read_text(encoding="utf-8"), re.MULTILINE
        )
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()
