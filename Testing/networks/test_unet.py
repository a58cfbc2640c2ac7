"""UNet: its size, its maps, where they lie on the picture, and what it sees."""

import pytest
import torch

from PancreasSegLib.networks.unet import UNet
from Testing.networks.bright_spot import CENTRE, seen_centres


def test_the_default_has_its_number_of_parameters() -> None:
    # Two convolutions each: down 1-32-64-96-128-160 wide, up 128-96-64-32, each beside its equal.
    down = 9 * sum(a * b + b * b for a, b in [(1, 32), (32, 64), (64, 96), (96, 128), (128, 160)])
    up = 9 * sum((a + b) * b + b * b for a, b in [(160, 128), (128, 96), (96, 64), (64, 32)])
    normalisations = 2 * 2 * (32 + 64 + 96 + 128 + 160 + 128 + 96 + 64 + 32)
    sides = sum(width + 1 for width in (32, 64, 96, 128, 160)) + 5 + 1

    count = sum(parameter.numel() for parameter in UNet().parameters())

    assert count == down + up + normalisations + sides == 1_801_099


@pytest.mark.parametrize("size", [(16, 16), (17, 16), (31, 33), (48, 100)])
def test_slices_of_any_size_from_16_on_get_six_maps_of_their_size(size: tuple[int, int]) -> None:
    with torch.no_grad():
        maps = UNet(channels=2).eval()(torch.randn(2, 1, *size))

    assert maps.shape == (2, 6, *size)
    assert maps.isfinite().all()


def test_channels_blocks_and_scales_are_free_for_model_selection() -> None:
    network = UNet(channels=3, blocks=1, scales=2)

    assert network(torch.randn(1, 1, 24, 24)).shape == (1, 3, 24, 24)
    # down 9*(3 + 3*6), up 9*(6 + 3)*3, normalisations 2*(3 + 6 + 3), sides (3 + 1) + (6 + 1), 2 + 1
    assert sum(p.numel() for p in network.parameters()) == 189 + 243 + 24 + 11 + 3


def test_the_fused_map_starts_as_the_finest_side_output() -> None:
    maps = UNet(channels=2)(torch.randn(2, 1, 20, 20))

    torch.testing.assert_close(maps[:, 0], maps[:, 1])


def test_odd_rows_and_columns_do_not_shift_a_map() -> None:
    """A slice and its copy cut by one row and column agree far from the cut edge."""
    network = UNet(channels=2, blocks=1, scales=3).eval()
    whole = torch.randn(1, 1, 64, 64)

    with torch.no_grad():
        of_whole, of_cut = network(whole), network(whole[..., :61, :59])

    # Down 1 + 2 + 4 convolved and 1 + 2 pooled, up 2 + 1 convolved, 4 interpolated, rounded up.
    torch.testing.assert_close(of_cut[..., :36, :36], of_whole[..., :36, :36])


def test_a_bright_spot_stays_where_it_is_at_every_scale() -> None:
    """With averaging kernels only, each side output is centred on the spot itself."""
    network = UNet(channels=1, blocks=1, scales=4).eval()
    for name, weight in network.named_parameters():
        if weight.ndim == 4 and not name.startswith("fusion"):
            torch.nn.init.constant_(weight, 1 / weight.numel())
    for to_side_output in network.to_side_outputs.modules():
        if isinstance(to_side_output, torch.nn.Conv2d) and to_side_output.bias is not None:
            torch.nn.init.zeros_(to_side_output.bias)

    centres = seen_centres(network)

    assert len(centres) == 4
    for centre in centres:
        assert centre == pytest.approx(CENTRE, abs=0.01)


def test_the_finest_side_output_knows_what_the_coarsest_scale_saw() -> None:
    """A pixel 20 pixels away, further than the two finest scales see, changes it."""
    torch.manual_seed(0)
    network = UNet(channels=2, blocks=1, scales=4).eval()
    x = torch.randn(1, 1, 64, 64)
    changed = x.clone()
    changed[..., 32, 52] += 10.0

    with torch.no_grad():
        before, after = network.side_outputs(x), network.side_outputs(changed)

    assert before[0, 0, 32, 32] != after[0, 0, 32, 32]


def test_every_convolution_of_both_ways_learns_from_the_fused_map_alone() -> None:
    torch.manual_seed(0)
    network = UNet(channels=3, blocks=1, scales=3)

    loss = network(torch.randn(2, 1, 16, 16))[:, 0].square().sum()

    ways = [*network.encoder.parameters(), *network.decoder.parameters()]
    assert all(gradient.any() for gradient in torch.autograd.grad(loss, ways))
