"""What the page says of the networks is what they are."""

from __future__ import annotations

import re

import pytest
import torch

from PancreasSegLib.experiments.definitions import definitions_folder
from PancreasSegLib.networks import build_network

PAGE = (definitions_folder() / "README.md").read_text("utf-8")
WINDOW = {"directions": ["superior"], "window": 4}

NETWORKS = {
    "JAC-64": {"kind": "JAC", "channels": 64},
    "RNN-64, window of 4, superior": {"kind": "RNN", "channels": 64, **WINDOW},
    "RNN-64, whole stack, both directions": {"kind": "RNN", "channels": 64},
    "JAC-128": {"kind": "JAC", "channels": 128},
    "RNN-128, window of 4, superior": {"kind": "RNN", "channels": 128, **WINDOW},
    "RNN-128, whole stack, both directions": {"kind": "RNN", "channels": 128},
    "HNN (VGG-16's trunk)": {"kind": "HNN"},
    "UNet (64 to 1024 channels)": {"kind": "OriginalUNet"},
    "UNet-32, our small one": {"kind": "UNet"},
}


def parameters(network: dict[str, object]) -> int:
    with torch.device("meta"):
        return sum(one.numel() for one in build_network(network).parameters())


@pytest.mark.parametrize("name", NETWORKS)
def test_the_page_has_each_networks_number_of_parameters(name: str) -> None:
    count, times = parameters(NETWORKS[name]), parameters(NETWORKS[name]) / 703_883

    assert f"| {name} | {count:,} | {times:.1f} |" in PAGE


def test_the_page_lists_every_experiment() -> None:
    listed = set(re.findall(r"^\| \[`(\w+)`\]\(\w+\.toml\)", PAGE, re.MULTILINE))

    assert listed == {path.stem for path in definitions_folder().glob("*.toml")}
