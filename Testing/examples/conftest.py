"""The files of Resources/examples, small scans, and tiny models."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.volume import Volume, write_volume
from Testing.slicer.fixtures import running_slicer, slicer
from Testing.slicer.module_fixtures import desktop, module
from Testing.worker.conftest import noise, random_model

__all__ = ["desktop", "module", "random_model", "running_slicer", "slicer"]

EXAMPLES = Path(__file__).resolve().parents[2] / "Resources" / "examples"


def example(name: str) -> Any:
    """An example, loaded as a module."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded  # where a dataclass looks for its module
    spec.loader.exec_module(loaded)
    return loaded


def oblique_noise(seed: int) -> Volume:
    """Turned about z, right-handed; a random model takes a part of it for pancreas."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]]) * [1.5, 1.6, 2.1]
    affine[:3, 3] = [-30.1, 12.7, -700.3]
    return Volume(noise(seed).array, affine)


@pytest.fixture
def scan() -> Volume:
    return oblique_noise(seed=0)


@pytest.fixture
def scan_file(scan: Volume, tmp_path: Path) -> Path:
    path = tmp_path / "Bauch 1.nii.gz"
    write_volume(scan, path)
    return path
