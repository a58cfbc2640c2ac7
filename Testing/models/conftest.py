"""Small random networks with their manifests, in a folder of the test."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from PancreasSegLib.models import Manifest, Window
from PancreasSegLib.models.weights import save_weights
from PancreasSegLib.networks import build_network

NETWORK = {"kind": "JAC", "channels": 4, "blocks": 1, "scales": 2}


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        name="small",
        title="A small network for tests",
        task="pancreas",
        network=NETWORK,
        modality="CT",
        window=Window("hu", -100.0, 240.0),
        spacing_mm=(1.0, 1.0, 2.5),
        training={"seed": 1},
        measured={},
        licence="none",
        weights="small.pt",
        sha256="0" * 64,
    )


@pytest.fixture
def add_model(manifest: Manifest) -> Callable[[Path, str], Manifest]:
    """Writes a model `name` with random weights into a folder."""

    def add(folder: Path, name: str) -> Manifest:
        torch.manual_seed(3)
        sha256 = save_weights(build_network(NETWORK), folder / f"{name}.pt")
        named = dataclasses.replace(manifest, name=name, weights=f"{name}.pt", sha256=sha256)
        named.to_file(folder / f"{name}.json")
        return named

    return add
