"""Threads that wait briefly, unless the user has chosen otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from PancreasSegLib.command_line.main import main
from PancreasSegLib.process.brief_waits import brief_waits
from PancreasSegLib.worker.child_environment import child_environment


def test_waits_are_brief_in_the_worker_and_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOMP_SPINCOUNT", "to be restored")
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)

    assert child_environment({})["GOMP_SPINCOUNT"] == "10000"
    assert main(["models"]) == 0
    assert os.environ["GOMP_SPINCOUNT"] == "10000"


@pytest.mark.parametrize(
    "chosen",
    [{"GOMP_SPINCOUNT": "7"}, {"OMP_WAIT_POLICY": "active"}],
    ids=["spins", "policy"],
)
def test_what_the_user_has_chosen_stays(chosen: dict[str, str]) -> None:
    assert brief_waits(chosen) == {}
    assert chosen.items() <= child_environment(chosen).items()


def test_the_command_line_chooses_before_pytorch_reads_it() -> None:
    code = "import sys, PancreasSegLib.command_line.main; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
