"""Building a network from its configuration."""

import json
from typing import Any

import pytest
import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.build import build_network
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.unet import UNet
from Testing.sentences import assert_tells

CNN = {"kind": "JAC", "channels": 3, "blocks": 2, "scales": 4}
RECURRENT = CNN | {"kind": "RNN", "hidden": 5, "directions": ["inferior"], "window": 4}
WHOLE_STACK = RECURRENT | {"directions": ["superior", "inferior"], "window": None}
UNET = CNN | {"kind": "UNet"}
OVER_UNET = RECURRENT | {"cnn": "UNet"}
UNET3D = CNN | {"kind": "UNet3D", "classes": 3}
OVER_UNET3D = OVER_UNET | {"cnn": "UNet3D", "classes": 3}
HNN = {"kind": "HNN", "channels": 2}
ORIGINAL = {"kind": "OriginalUNet", "channels": 2, "scales": 3}
EACH_KIND = [CNN, RECURRENT, WHOLE_STACK, UNET, OVER_UNET, OVER_UNET3D, HNN, ORIGINAL]


@pytest.mark.parametrize(
    "configuration", [CNN, RECURRENT, WHOLE_STACK, UNET, OVER_UNET, OVER_UNET3D]
)
def test_a_network_gives_back_the_configuration_it_was_built_from(
    configuration: dict[str, Any],
) -> None:
    read_from_a_file = json.loads(json.dumps(configuration))

    assert build_network(read_from_a_file).configuration() == configuration


@pytest.mark.parametrize(
    "configuration", [CNN, RECURRENT, WHOLE_STACK, UNET, OVER_UNET, OVER_UNET3D]
)
def test_weights_move_into_a_network_built_from_the_same_configuration(
    configuration: dict[str, Any],
) -> None:
    source, target = build_network(configuration).eval(), build_network(configuration).eval()
    x = torch.randn(1, 1, 16, 16) if configuration["kind"] != "RNN" else torch.randn(1, 5, 16, 16)

    target.load_state_dict(source.state_dict(), strict=True)

    assert torch.equal(source(x), target(x))


@pytest.mark.parametrize("change", [{"blocks": 3}, {"scales": 3}, {"channels": 4}, {"hidden": 4}])
def test_weights_of_another_configuration_are_refused(change: dict[str, int]) -> None:
    source = build_network(RECURRENT)

    with pytest.raises(RuntimeError, match="in loading state_dict"):
        build_network(RECURRENT | change).load_state_dict(source.state_dict())


def test_jacs_weights_are_a_part_of_the_rnns() -> None:
    jac, rnn = build_network(CNN), build_network(RECURRENT)
    assert isinstance(rnn, RNN)

    rnn.jac.load_state_dict(jac.state_dict(), strict=True)

    assert all(torch.equal(v, rnn.state_dict()[f"jac.{k}"]) for k, v in jac.state_dict().items())


def test_what_a_configuration_leaves_out_is_the_papers_choice() -> None:
    assert build_network({"kind": "JAC"}).configuration() == JAC(64, 4, 5).configuration()
    assert build_network({"kind": "RNN"}).configuration() == RNN(JAC()).configuration()


def test_a_unet_is_built_by_itself_or_inside_an_rnn() -> None:
    alone, over = build_network(UNET), build_network(OVER_UNET)

    assert isinstance(alone, UNet)
    assert isinstance(over, RNN)
    assert isinstance(over.jac, UNet)


def test_building_leaves_the_configuration_as_it_was() -> None:
    configuration = dict(RECURRENT)

    build_network(configuration)

    assert configuration == RECURRENT


@pytest.mark.parametrize(
    ("configuration", "facts"),
    [
        ({"kind": "ViT"}, ("'ViT'", "JAC, UNet, UNet3D, HNN, OriginalUNet, RNN")),
        ({}, ("None", "JAC, UNet, UNet3D, HNN, OriginalUNet, RNN")),
        ({"kind": "JAC", "window": 4}, ("JAC", "'window'", "channels, blocks, scales")),
        ({"kind": "JAC", "channels": 0}, ("channels is 0", "1 or more")),
        ({"kind": "RNN", "cnn": "ViT"}, ("cnn is 'ViT'", "JAC, UNet, UNet3D")),
        ({"kind": "UNet", "cnn": "UNet"}, ("UNet", "'cnn'", "channels, blocks, scales")),
        ({"kind": "UNet3D", "classes": 1}, ("classes is 1", "2 or more")),
        ({"kind": "RNN", "cnn": "OriginalUNet"}, ("OriginalUNet-64", "no side outputs")),
        ({"kind": "RNN", "classes": 3}, ("RNN", "'classes'", "channels, blocks, scales")),
        ({"kind": "RNN", "hidden": "16"}, ("hidden is '16'", "whole number")),
    ],
)
def test_a_configuration_that_cannot_be_is_refused_with_what_can(
    configuration: dict[str, Any], facts: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as refusal:
        build_network(configuration)

    assert_tells(refusal.value, *facts)
