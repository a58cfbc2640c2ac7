"""How much memory the computer has free: what Linux, Windows and macOS each say of it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path

from PancreasSegLib.process.control_group import group_free_bytes

MEMINFO = Path("/proc/meminfo")


class MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("dwLength", ctypes.c_uint32),
        ("dwMemoryLoad", ctypes.c_uint32),
        ("ullTotalPhys", ctypes.c_uint64),
        ("ullAvailPhys", ctypes.c_uint64),
        ("ullTotalPageFile", ctypes.c_uint64),
        ("ullAvailPageFile", ctypes.c_uint64),
        ("ullTotalVirtual", ctypes.c_uint64),
        ("ullAvailVirtual", ctypes.c_uint64),
        ("ullAvailExtendedVirtual", ctypes.c_uint64),
    )


def free_bytes(system: str = sys.platform) -> int | None:
    """Memory that can be had at once; None where the system does not say."""
    if system == "win32":
        return windows_free_bytes()
    if system == "darwin":
        return macos_free_bytes()
    known = [free for free in (linux_free_bytes(), group_free_bytes()) if free is not None]
    return min(known, default=None)


def linux_free_bytes(meminfo: Path = MEMINFO) -> int | None:
    """What is free and what of the file cache can be given back at once."""
    if not meminfo.is_file():
        return None
    for line in meminfo.read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _ask_windows(status: MemoryStatus) -> bool:
    if sys.platform != "win32":
        return False
    return bool(ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status)))


def windows_free_bytes(ask: Callable[[MemoryStatus], bool] = _ask_windows) -> int | None:
    """What of the physical memory is not in use; `ask` fills in a MemoryStatus."""
    status = MemoryStatus()
    status.dwLength = ctypes.sizeof(MemoryStatus)
    return int(status.ullAvailPhys) if ask(status) else None


def _ask_macos(name: str) -> int | None:
    # Zeroed: some of the values are four bytes long, some eight.
    value, size = ctypes.c_uint64(0), ctypes.c_size_t(8)
    asked = ctypes.CDLL(None).sysctlbyname(
        name.encode("ascii"), ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0)
    )
    return value.value if asked == 0 else None


def macos_free_bytes(ask: Callable[[str], int | None] = _ask_macos) -> int | None:
    """The share in per cent that macOS holds for free, as `memory_pressure` tells it, in bytes.

    `ask` gives the value of a name of sysctl, or None where there is none.
    """
    total, free_percent = ask("hw.memsize"), ask("kern.memorystatus_level")
    return None if total is None or free_percent is None else total * free_percent // 100
