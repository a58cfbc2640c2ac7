"""Checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from PancreasSegLib.errors import OutputError
from PancreasSegLib.training.fit.checkpoint import load_checkpoint, save_checkpoint
from Testing.training.conftest import refused
from Testing.training.toy import tiny_jac


def test_a_checkpoint_is_read_back_bit_by_bit(tmp_path: Path) -> None:
    state = tiny_jac().state_dict()
    save_checkpoint(tmp_path / "last.pt", step=3, dice=0.25, finished=False, network=state)

    read = load_checkpoint(tmp_path / "last.pt")

    assert (read["step"], read["dice"], read["finished"]) == (3, 0.25, False)
    assert read["network"].keys() == state.keys()
    assert all(torch.equal(read["network"][name], state[name]) for name in state)
    assert [path.name for path in tmp_path.iterdir()] == ["last.pt"]


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04cut"])
def test_a_damaged_checkpoint_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "last.pt"
    path.write_bytes(content)

    with refused(f"The checkpoint {path} cannot be read; delete it to start this stage again."):
        load_checkpoint(path)


def test_a_checkpoint_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist; create it first"):
        save_checkpoint(tmp_path / "nowhere" / "last.pt", step=3)
