"""Networks made by hand whose answer is known: pancreas is where the scan is bright."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from PancreasSegLib.models import Combination, Manifest, RegionStage, Window
from PancreasSegLib.models.weights import save_weights
from PancreasSegLib.networks import JAC, RNN, build_network
from PancreasSegLib.volume import Volume
from Testing.networks.random_weights import rnn_of_random_weights

SaveModel = Callable[..., Path]

LARGEST = Combination(least_component=1.0)
"""Keeps the largest component alone."""


def bright_voxel_jac() -> JAC:
    """Its logit is 40 * (windowed value - 0.8): positive above 172 HU in the window [-100, 240]."""
    jac = build_network({"kind": "JAC", "channels": 1, "blocks": 1, "scales": 1})
    assert isinstance(jac, JAC)
    parameters = dict(jac.named_parameters())
    with torch.no_grad():
        parameters["scale_blocks.0.cbr_blocks.0.0.weight"].zero_()[..., 1, 1] = 1.0
        parameters["scale_blocks.0.side_output.weight"].fill_(40.0)
        parameters["scale_blocks.0.side_output.bias"].fill_(-32.0)
    return jac


@pytest.fixture
def bright_jac() -> JAC:
    return bright_voxel_jac()


@pytest.fixture
def bright_rnn() -> RNN:
    """Fresh corrections are zero: the answer is the CNN's."""
    return RNN(bright_voxel_jac(), hidden=2, window=4)


@pytest.fixture
def random_rnn() -> RNN:
    return rnn_of_random_weights()


@pytest.fixture
def save_model(tmp_path: Path) -> SaveModel:
    """Writes a network with its manifest into tmp_path; returns the manifest's path."""

    def save(network: JAC | RNN, name: str, **fields: Any) -> Path:
        sha256 = save_weights(network, tmp_path / f"{name}.pt")
        content: dict[str, Any] = {
            "name": name,
            "title": name,
            "task": "pancreas",
            "network": network.configuration(),
            "modality": "CT",
            "window": Window("hu", -100.0, 240.0),
            "spacing_mm": (1.5, 1.5, 2.0),
            "training": {},
            "measured": {},
            "licence": "research use only",
            "weights": f"{name}.pt",
            "sha256": sha256,
        }
        path = tmp_path / f"{name}.json"
        Manifest(**(content | fields)).to_file(path)
        return path

    return save


@pytest.fixture
def bright_model(save_model: SaveModel, bright_jac: JAC, bright_rnn: RNN) -> Path:
    """Coarse and fine stage, both detectors of bright voxels."""
    save_model(bright_jac, "coarse", task="region", spacing_mm=(3.0, 3.0, 4.0))
    stage = RegionStage("coarse", (9.0, 9.0, 9.0))
    return save_model(bright_rnn, "fine", region=stage, combination=LARGEST)


@pytest.fixture
def whole_scan_model(save_model: SaveModel, random_rnn: RNN) -> Path:
    """Random weights, no coarse stage."""
    return save_model(random_rnn, "random", spacing_mm=(2.0, 2.0, 4.0))


def ball(volume: Volume, centre: tuple[float, float, float], radius: float) -> np.ndarray:
    """True within `radius` mm of `centre` (LPS mm)."""
    k, j, i = np.indices(volume.array.shape)
    points = volume.grid.to_world(np.stack([i, j, k], axis=-1).reshape(-1, 3))
    return (np.linalg.norm(points - np.array(centre), axis=1) <= radius).reshape(k.shape)


@pytest.fixture
def scan_with_balls() -> Callable[..., tuple[Volume, np.ndarray]]:
    """A scan of 0 HU in any affine with bright balls; its array, and where the balls are."""

    def scan(
        shape: tuple[int, int, int],
        affine: np.ndarray,
        balls: list[tuple[tuple[float, float, float], float]],
    ) -> tuple[Volume, np.ndarray]:
        empty = Volume(np.zeros(shape, dtype=np.int16), affine)
        inside = np.zeros(shape, dtype=bool)
        for centre, radius in balls:
            inside |= ball(empty, centre, radius)
        # Some rows of air: a scan of HU has some.
        array = np.where(inside, 300, 0).astype(np.int16)
        array[0, :6] = -1000
        return empty.with_array(array), inside

    return scan
