"""How much memory is free, by what each system says; none of them has to be at hand."""

import ctypes
import sys
from pathlib import Path

import pytest

from PancreasSegLib.process import free_memory
from PancreasSegLib.process.free_memory import (
    MemoryStatus,
    free_bytes,
    linux_free_bytes,
    macos_free_bytes,
    windows_free_bytes,
)


def test_linux_counts_what_can_be_given_back(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  16000 kB\nMemFree:  100 kB\nMemAvailable:  8000 kB\n")

    assert linux_free_bytes(meminfo) == 8000 * 1024


def test_windows_tells_the_physical_memory_that_is_not_in_use() -> None:
    def ask(status: MemoryStatus) -> bool:
        assert status.dwLength == ctypes.sizeof(status) == 64  # else Windows refuses
        status.ullTotalPhys, status.ullAvailPhys, status.ullAvailVirtual = 16 << 30, 5 << 30, 99
        return True

    assert windows_free_bytes(ask) == 5 << 30


def test_macos_tells_the_whole_and_a_share_of_it_in_per_cent() -> None:
    said = {"hw.memsize": 16_000_000_000, "kern.memorystatus_level": 61}

    assert macos_free_bytes(said.get) == 9_760_000_000


def test_a_system_that_says_nothing_leaves_it_open(tmp_path: Path) -> None:
    assert linux_free_bytes(tmp_path / "none") is None
    assert windows_free_bytes(lambda status: False) is None
    assert macos_free_bytes({"hw.memsize": 1}.get) is None


@pytest.mark.parametrize(
    ("system", "asked"),
    [("linux", "linux"), ("win32", "windows"), ("darwin", "macos")],
)
def test_each_system_is_asked_in_its_own_way(
    system: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("linux", "windows", "macos"):
        answer = 7 if name == asked else 0
        monkeypatch.setattr(free_memory, f"{name}_free_bytes", lambda answer=answer: answer)
    monkeypatch.setattr(free_memory, "group_free_bytes", lambda: None)

    assert free_bytes(system) == 7


def test_a_container_has_no_more_than_its_limit_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_memory, "linux_free_bytes", lambda: 9)
    monkeypatch.setattr(free_memory, "group_free_bytes", lambda: 4)

    assert free_bytes("linux") == 4


def test_this_machine_has_some_free() -> None:
    if sys.platform not in ("linux", "win32", "darwin"):
        pytest.skip("this system is not asked")
    free = free_bytes()

    assert free is not None
    assert 1 << 20 < free < 1 << 50
