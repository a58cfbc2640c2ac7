"""The models that the checks in Slicer work with, made outside of it."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.models import find_model
from Testing.in_slicer.tiny_model import main


def test_the_models_of_the_checks_can_be_loaded(tmp_path: Path) -> None:
    main(tmp_path)

    for name in ("tiny", "slow"):
        assert find_model(str(tmp_path / f"{name}.json")).manifest.name == name
