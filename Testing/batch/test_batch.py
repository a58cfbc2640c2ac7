"""What a batch hands on to other processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.batch.batch import _model


@pytest.mark.parametrize("name", ["ours.json", "ours.pt"])
def test_a_model_of_ones_own_is_found_from_another_working_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert _model(name) == tmp_path / name
    assert _model("multiview-ct") == "multiview-ct"
