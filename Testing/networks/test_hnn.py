"""HNN: VGG-16's trunk, its side outputs, and weights of torchvision's vgg16."""

import pytest
import torch
from torch import Tensor

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.networks.hnn import (
    CONVOLUTIONS_OF_A_SCALE,
    HNN,
    IMAGENET_MEAN,
    IMAGENET_SD,
    VGG16_LAYERS,
    WIDER,
)
from Testing.sentences import assert_tells


def vgg16_state(channels: int = 64) -> dict[str, Tensor]:
    """Random weights under torchvision's names, for three channels."""
    widths = [
        channels * w for w, n in zip(WIDER, CONVOLUTIONS_OF_A_SCALE, strict=True) for _ in range(n)
    ]
    generator = torch.Generator().manual_seed(3)
    state = {}
    for layer, before, after in zip(VGG16_LAYERS, [3, *widths], widths, strict=False):
        shape = (after, before, 3, 3)
        state[f"features.{layer}.weight"] = 0.1 * torch.randn(shape, generator=generator)
        state[f"features.{layer}.bias"] = torch.randn(after, generator=generator)
    return state


def test_the_default_has_vgg_16s_number_of_parameters() -> None:
    trunk = 14_714_688 - 2 * 64 * 9  # two input channels fewer
    sides = sum(width + 1 for width in (64, 128, 256, 512, 512)) + 5 + 1

    assert sum(p.numel() for p in HNN().parameters()) == trunk + sides == 14_715_019


@pytest.mark.parametrize("size", [(16, 16), (31, 50)])
def test_slices_get_a_fused_map_that_starts_as_the_mean_of_five_side_outputs(
    size: tuple[int, int],
) -> None:
    with torch.no_grad():
        maps = HNN(channels=2)(torch.rand(2, 1, *size))

    assert maps.shape == (2, 6, *size)
    torch.testing.assert_close(maps[:, 0], maps[:, 1:].mean(dim=1))


def test_vgg_16s_weights_see_a_grey_slice_as_a_normalised_picture() -> None:
    state = vgg16_state(channels=2)
    network = HNN(channels=2)
    network.load_vgg16(state)
    grey = torch.rand(1, 1, 8, 8)

    picture = (grey - torch.tensor(IMAGENET_MEAN)[:, None, None]) / torch.tensor(IMAGENET_SD)[
        :, None, None
    ]
    expected = torch.nn.functional.conv2d(
        picture, state["features.0.weight"], state["features.0.bias"]
    )
    first = network.trunk[0][0]  # type: ignore[index]
    torch.testing.assert_close(first(grey)[..., 1:-1, 1:-1], expected)
    last = network.trunk[4][4]  # type: ignore[index]
    assert torch.equal(last.weight, state["features.28.weight"])


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        ({"conv1_1.weight": torch.zeros(1)}, ("features.0.weight", "torchvision's vgg16")),
        (vgg16_state(channels=4), ("(4, 1, 3, 3)", "(2, 1, 3, 3)", "64 channels")),
    ],
)
def test_another_state_dict_is_refused(state: dict[str, Tensor], facts: tuple[str, ...]) -> None:
    with pytest.raises(WeightsError) as refusal:
        HNN(channels=2).load_vgg16(state)

    assert_tells(refusal.value, *facts)
