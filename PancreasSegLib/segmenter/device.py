"""The device that a network runs on, and the number format that is fast there."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from PancreasSegLib.errors import InputError


@dataclass(frozen=True)
class Compute:
    """A device and the precision of convolutions on it; everything else stays in float32."""

    device: torch.device
    precision: torch.dtype

    def mixed_precision(self) -> AbstractContextManager[Any]:
        """The context in which networks run."""
        if self.precision == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.precision)

    @property
    def precision_name(self) -> str:
        """As in "float32"."""
        return str(self.precision).removeprefix("torch.")


def choose_compute(name: str = "auto") -> Compute:
    """The device called auto, cpu, cuda or cuda:N; auto is CUDA where there is any.

    Raises InputError for another name, or for a device that is not there.
    """
    if name == "auto":
        return _cuda(0) if torch.cuda.is_available() else cpu_compute()
    if name == "cpu":
        return cpu_compute()
    kind, _, number = name.partition(":")
    if kind != "cuda" or not (number.isdecimal() or name == "cuda"):
        raise InputError(f"There is no device '{name}'; give auto, cpu, cuda or cuda:N.")
    return _asked_cuda(name, int(number or 0))


def cpu_compute() -> Compute:
    """The CPU: bfloat16 where it multiplies that at least twice as fast, else float32."""
    precision = torch.bfloat16 if multiplies_bfloat16_faster(_capabilities()) else torch.float32
    return Compute(torch.device("cpu"), precision)


def multiplies_bfloat16_faster(capabilities: Mapping[str, Any]) -> bool:
    """Whether a CPU of these `torch.cpu.get_capabilities()` has fast bfloat16 products.

    Matrix units (AMX) have. Vector instructions (avx512_bf16) double the rate on AMD's processors
    (Zen 4 and later); on Intel's they only equal float32, and the conversions make them slower.
    """
    if capabilities.get("amx_bf16"):
        return True
    is_amd = str(capabilities.get("cpu_name", "")).startswith("AMD")
    return is_amd and bool(capabilities.get("avx512_bf16"))


def _asked_cuda(name: str, number: int) -> Compute:
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if count == 0:
        raise InputError(
            f"The device '{name}' was asked for, but PyTorch {torch.__version__} finds no CUDA "
            "device; use the device cpu, or install a CUDA build of PyTorch and its driver."
        )
    if number >= count:
        raise InputError(
            f"The device '{name}' was asked for, but the last CUDA device is cuda:{count - 1}; "
            "use one that is there."
        )
    return _cuda(number)


def _cuda(number: int) -> Compute:
    # Ten bits of fraction against bfloat16's seven; the activations stay far below its 65504.
    return Compute(torch.device("cuda", number), torch.float16)


def _capabilities() -> Mapping[str, Any]:
    if hasattr(torch.cpu, "get_capabilities"):
        return torch.cpu.get_capabilities()
    # Before PyTorch 2.11 there is no public question for it, and none for the processor's name.
    asked = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return {"amx_bf16": asked is not None and asked()}
