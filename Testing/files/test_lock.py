"""One process at a time; one that is killed lets go."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.lock import locked


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds `lock`."""
    command = [sys.executable, "-m", "Testing.files.holds_a_lock", str(tmp_path / "lock")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.communicate()


def test_what_another_process_holds_is_refused_with_the_folder(
    holder: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PancreasSegLib.files.lock.PATIENCE_SECONDS", 0.1)

    with pytest.raises(InputError, match=str(tmp_path)), locked(tmp_path / "lock"):
        pass


def test_what_a_killed_process_held_is_free(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.kill()

    with locked(tmp_path / "lock"):
        entered = True

    assert entered


def test_it_can_be_entered_again(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path / "lock"):
            pass


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()

    for path in (tmp_path / "lock", tmp_path / "nowhere" / "lock"):
        with pytest.raises(OutputError, match=f"{path} cannot be written"), locked(path):
            pass
