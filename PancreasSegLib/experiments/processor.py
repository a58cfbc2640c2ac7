"""What a run was computed on: the processor by the name that its maker gave it, and by what."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import Any

import torch

from PancreasSegLib.training.train import training_compute
from PancreasSegLib.version import __version__


def ran_on(device: str) -> dict[str, Any]:
    """What this process computes on, as `device` names it: a result keeps it for each method."""
    compute = training_compute(device)
    return {
        "processor": processor_name(compute.device),
        "precision": compute.precision_name,
        "threads": torch.get_num_threads(),
        "system": platform.system(),
        "versions": {"PancreasSeg": __version__, "PyTorch": str(torch.__version__)},
    }


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
