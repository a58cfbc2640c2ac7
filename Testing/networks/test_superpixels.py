"""Superpixels as a network: what its configuration says, and its steps in a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks import Superpixels, build_network
from PancreasSegLib.networks.superpixels import LEAST_PROBABILITY
from PancreasSegLib.segmenter.device import cpu_compute
from PancreasSegLib.segmenter.stack_runner import StackRunner

TINY: dict[str, Any] = {"channels": 2, "size": 6, "stride": 3, "scales": [1.5, 3.0]}


class BrightMiddle(nn.Module):
    """Sure of pancreas where the picture's middle is bright."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        bright = pictures[:, 0, 24:40, 24:40].mean(dim=(1, 2)) > 0.5
        return torch.where(
            bright[:, None], torch.tensor([[-5.0, 5.0]]), torch.tensor([[5.0, -5.0]])
        )


@pytest.fixture
def network() -> Superpixels:
    """Keeps every superpixel, and finds those that are bright."""
    network = Superpixels(**TINY).eval()
    network.cascade.least.fill_(-1.0)
    network.convnet = BrightMiddle()  # type: ignore[assignment]
    return network


@pytest.fixture
def stack() -> torch.Tensor:
    """(1, 3, 30, 36): a bright box in the middle slice."""
    stack = torch.full((1, 3, 30, 36), 0.3)
    stack[0, 1, 9:21, 12:24] = 0.9
    return stack


def test_a_stack_gets_one_map_of_its_size(network: Superpixels, stack: torch.Tensor) -> None:
    with torch.inference_mode():
        maps = network.maps(stack)

    assert maps.shape == (1, 3, 1, 30, 36)
    assert maps.isfinite().all()


def test_all_pixels_of_a_superpixel_have_its_probability(
    network: Superpixels, stack: torch.Tensor
) -> None:
    with torch.inference_mode():
        probability = torch.sigmoid(network.maps(stack))[0, :, 0]
        labels = network.labels(stack[0])

    for label in range(int(labels.max()) + 1):
        assert len(probability[labels == label].unique()) == 1
    assert probability[1, 15, 18] > 0.9
    assert probability[0].max() < 0.1


def test_what_is_no_candidate_is_no_pancreas(network: Superpixels, stack: torch.Tensor) -> None:
    network.cascade.least.fill_(0.5)  # fresh forests say 0

    with torch.inference_mode():
        probability = torch.sigmoid(network.maps(stack))

    assert torch.allclose(probability, torch.tensor(LEAST_PROBABILITY), atol=1e-6)


def test_every_slice_is_judged_by_itself(network: Superpixels, stack: torch.Tensor) -> None:
    with torch.inference_mode():
        together = network.maps(stack)
        alone = torch.cat([network.maps(stack[:, n : n + 1]) for n in range(3)], dim=1)

    assert network.context == 0
    assert torch.equal(together, alone)


def test_the_probability_is_the_mean_over_the_scales(stack: torch.Tensor) -> None:
    torch.manual_seed(0)
    network = Superpixels(**TINY).eval()
    network.cascade.least.fill_(-1.0)
    labels = network.labels(stack[0])
    everyone = torch.arange(int(labels.max()) + 1)

    with torch.inference_mode():
        probability = network.probability(stack[0], labels)
        of_scales = network.judged(stack[0], labels, everyone)

    assert of_scales.shape == (len(everyone), 2)
    assert not torch.equal(of_scales[:, 0], of_scales[:, 1])
    assert torch.allclose(probability, of_scales.mean(dim=1), atol=1e-6)


def test_it_is_built_again_from_its_configuration() -> None:
    network = Superpixels(**TINY, patch_forest=[3, 17, 4], superpixel_forest=[2, 5, 2])

    again = build_network(network.configuration())

    assert again.configuration() == network.configuration()
    again.load_state_dict(network.state_dict())
    assert network.title == "Superpixels-2"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", 1),
        ("stride", 0),
        ("scales", []),
        ("scales", 2.0),
        ("scales", [-1.0]),
        ("compactness", "much"),
        ("patch_forest", [1, 2]),
        ("patch_forest", [1, 2.5, 3]),
        ("hidden", 16),
    ],
)
def test_a_field_that_cannot_be_is_told_by_its_name(field: str, value: Any) -> None:
    with pytest.raises(InputError, match=field):
        build_network({"kind": "Superpixels", field: value})


def test_a_recurrence_over_superpixels_is_refused() -> None:
    with pytest.raises(InputError, match="cnn is 'Superpixels'"):
        build_network({"kind": "RNN", "cnn": "Superpixels"})


def test_whoever_cancels_is_heard_after_each_slice(network: Superpixels) -> None:
    heard: list[tuple[int, int]] = []
    slices = np.full((3, 30, 36), 0.3, np.float32)

    StackRunner(cpu_compute()).maps(network, slices, lambda *done: heard.append(done))

    assert heard == [(1, 3), (2, 3), (3, 3)]
