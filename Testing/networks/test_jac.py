"""JAC: its size, its maps and where they lie on the picture."""

import pytest
import torch

from PancreasSegLib.networks.jac import JAC
from Testing.networks.bright_spot import CENTRE, seen_centres


def parameters_of(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


# First convolution 9 C, the other 19 of 9 C^2, 20 normalisations of 2 C, five side outputs of
# C + 1 and the fusion of 5 + 1.
@pytest.mark.parametrize(("channels", "count"), [(64, 703_883), (128, 2_808_587)])
def test_the_papers_networks_have_their_number_of_parameters(channels: int, count: int) -> None:
    assert parameters_of(JAC(channels)) == count


@pytest.mark.parametrize("size", [(16, 16), (17, 16), (31, 33), (48, 100)])
def test_slices_of_any_size_from_16_on_get_six_maps_of_their_size(size: tuple[int, int]) -> None:
    with torch.no_grad():
        maps = JAC(channels=4).eval()(torch.randn(2, 1, *size))

    assert maps.shape == (2, 6, *size)
    assert maps.isfinite().all()


def test_channels_blocks_and_scales_are_free_for_model_selection() -> None:
    network = JAC(channels=3, blocks=2, scales=4)

    assert network(torch.randn(1, 1, 24, 24)).shape == (1, 5, 24, 24)
    # 9*3 + 7 * 9*9 + 8 * 2*3 + 4 * (3 + 1) + (4 + 1)
    assert parameters_of(network) == 27 + 567 + 48 + 16 + 5


def test_the_fused_map_starts_as_the_mean_of_the_side_outputs() -> None:
    maps = JAC(channels=4)(torch.randn(2, 1, 20, 20))

    torch.testing.assert_close(maps[:, 0], maps[:, 1:].mean(dim=1))


def test_the_maps_are_the_fused_one_then_the_side_outputs() -> None:
    network = JAC(channels=4).eval()
    fusion = {
        "fusion.weight": torch.tensor([1.0, 2.0, 0.0, 0.0, -1.0]).reshape(1, 5, 1, 1),
        "fusion.bias": torch.tensor([0.25]),
    }
    network.load_state_dict(network.state_dict() | fusion)
    x = torch.randn(2, 1, 20, 20)

    maps, sides = network(x), network.side_outputs(x)

    assert torch.equal(maps[:, 1:], sides)
    assert torch.equal(maps[:, :1], network.fuse(sides))
    torch.testing.assert_close(maps[:, 0], sides[:, 0] + 2 * sides[:, 1] - sides[:, 4] + 0.25)


def test_odd_rows_and_columns_do_not_shift_a_side_output() -> None:
    """A slice and its copy cut by one row and column agree far from the cut edge."""
    network = JAC(channels=4, blocks=1, scales=3).eval()
    whole = torch.randn(1, 1, 64, 64)

    with torch.no_grad():
        of_whole, of_cut = network(whole), network(whole[..., :61, :59])

    # Three scales see at most 14 pixels away (1 + 2 + 4 convolved, 1 + 3 pooled, 4 interpolated).
    torch.testing.assert_close(of_cut[..., :40, :40], of_whole[..., :40, :40])


def test_a_bright_spot_stays_where_it_is_at_every_scale() -> None:
    """With averaging kernels only, each side output is centred on the spot itself."""
    network = JAC(channels=1, blocks=1, scales=4).eval()
    for name, weight in network.named_parameters():
        if name.endswith(("cbr_blocks.0.0.weight", "side_output.weight")):
            torch.nn.init.constant_(weight, 1 / weight.numel())

    centres = seen_centres(network)

    assert len(centres) == 4
    for centre in centres:
        assert centre == pytest.approx(CENTRE, abs=0.01)


def test_every_parameter_learns_from_the_fused_map_alone() -> None:
    torch.manual_seed(0)
    network = JAC(channels=3, blocks=1, scales=3)

    loss = network(torch.randn(2, 1, 16, 16))[:, 0].square().sum()

    gradients = torch.autograd.grad(loss, list(network.parameters()))
    assert all(gradient.any() for gradient in gradients)
