"""RNN: it starts at JAC, and each slice sees the slices that it should and no others."""

import pytest
import torch
from torch import Tensor

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.conv_lstm import ConvLSTM
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.unet import UNet

SLICES = 9
BOTH = ("superior", "inferior")


def small_rnn(directions: tuple[str, ...], window: int | None, trained: bool = True) -> RNN:
    torch.manual_seed(0)
    network = RNN(JAC(channels=3, blocks=1, scales=3), 4, directions, window).eval()
    if trained:
        for correction in network.corrections.parameters():
            torch.nn.init.normal_(correction)
    return network


@pytest.fixture
def stack() -> Tensor:
    return torch.randn(1, SLICES, 16, 17, generator=torch.manual_seed(1))


def slices_that_see(changed: int, network: RNN, stack: Tensor) -> list[int]:
    """The slices whose result changes when one slice of the input does."""
    other = stack.clone()
    other[:, changed] += 1.0
    with torch.no_grad():
        before, after = network(stack), network(other)
    return [t for t in range(SLICES) if not torch.equal(before[:, t], after[:, t])]


def test_upwards_with_a_window_of_four_a_slice_sees_the_three_below_it(stack: Tensor) -> None:
    assert slices_that_see(3, small_rnn(("superior",), 4), stack) == [3, 4, 5, 6]


def test_downwards_with_a_window_of_four_a_slice_sees_the_three_above_it(stack: Tensor) -> None:
    assert slices_that_see(5, small_rnn(("inferior",), 4), stack) == [2, 3, 4, 5]


def test_upwards_through_the_whole_stack_a_slice_sees_all_below_it(stack: Tensor) -> None:
    assert slices_that_see(3, small_rnn(("superior",), None), stack) == [3, 4, 5, 6, 7, 8]


def test_downwards_through_the_whole_stack_a_slice_sees_all_above_it(stack: Tensor) -> None:
    assert slices_that_see(5, small_rnn(("inferior",), None), stack) == [0, 1, 2, 3, 4, 5]


def test_in_both_directions_a_slice_sees_both_sides(stack: Tensor) -> None:
    assert slices_that_see(4, small_rnn(BOTH, 4), stack) == [1, 2, 3, 4, 5, 6, 7]
    assert slices_that_see(4, small_rnn(BOTH, None), stack) == list(range(SLICES))


def test_downwards_is_upwards_on_the_stack_turned_over(stack: Tensor) -> None:
    upwards, downwards = small_rnn(("superior",), 4), small_rnn(("inferior",), 4)
    weights = {k.replace("superior", "inferior"): v for k, v in upwards.state_dict().items()}
    downwards.load_state_dict(weights)

    torch.testing.assert_close(downwards(stack), upwards(stack.flip(1)).flip(1))


@pytest.mark.parametrize("directions", [("superior",), ("inferior",), BOTH])
@pytest.mark.parametrize("window", [4, None])
def test_before_fine_tuning_it_is_jac_bit_for_bit(
    directions: tuple[str, ...], window: int | None, stack: Tensor
) -> None:
    network = small_rnn(directions, window, trained=False)

    with torch.no_grad():
        fused = network.jac(stack[0].unsqueeze(1))[:, 0]
        assert torch.equal(network(stack)[0], fused)


def test_over_a_unet_it_starts_at_that(stack: Tensor) -> None:
    network = RNN(UNet(channels=2, blocks=1, scales=3), hidden=4).eval()

    with torch.no_grad():
        fused = network.jac(stack[0].unsqueeze(1))[:, 0]
        assert torch.equal(network(stack)[0], fused)


def test_refining_jacs_maps_later_gives_the_same_as_one_pass(stack: Tensor) -> None:
    network = small_rnn(BOTH, None)

    with torch.no_grad():
        maps = network.maps(stack)
        refined = network.refine(maps)
        batches = [network.jac(batch.unsqueeze(1)) for batch in stack[0].split(4)]

        assert refined.shape == (1, SLICES, 16, 17)
        assert maps.shape == (1, SLICES, 4, 16, 17)
        assert torch.equal(network(stack), refined)
        torch.testing.assert_close(network.refine(torch.cat(batches)[None]), refined)


def test_stacks_of_a_batch_do_not_see_each_other(stack: Tensor) -> None:
    network = small_rnn(BOTH, 4)
    other = torch.randn(stack.shape, generator=torch.manual_seed(2))

    with torch.no_grad():
        together = network(torch.cat([stack, other]))
        torch.testing.assert_close(together[:1], network(stack))
        torch.testing.assert_close(together[1:], network(other))


def test_a_single_slice_is_a_stack_too(stack: Tensor) -> None:
    for window in (4, None):
        assert small_rnn(BOTH, window)(stack[:, :1]).shape == (1, 1, 16, 17)


def test_the_correction_is_written_out_for_one_pixel() -> None:
    """Refined logit = fused logit + correction . h, with h from sigmoid(side logits)."""
    network = small_rnn(("superior",), None)
    cell = network.recurrences["superior"]
    assert isinstance(cell, ConvLSTM)
    maps = torch.tensor([0.7, 2.0, -1.0, 0.5]).reshape(1, 1, 4, 1, 1)

    with torch.no_grad():
        h, _ = cell.step(torch.sigmoid(maps[:, 0, 1:]))
        correction = network.state_dict()["corrections.superior.weight"].flatten()
        expected = 0.7 + (correction * h.flatten()).sum()

        assert network.refine(maps).item() == pytest.approx(expected.item(), rel=1e-6)


def test_fine_tuning_reaches_jac_and_the_recurrence(stack: Tensor) -> None:
    network = small_rnn(BOTH, 4).train()

    network(stack).square().sum().backward()

    silent = [k for k, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


# JAC, and per direction the cell's 4 * 16 * 9 * (5 + 16) + 4 * 16 + 3 * 16 and the correction's 16.
@pytest.mark.parametrize(("channels", "jac_count"), [(64, 703_883), (128, 2_808_587)])
def test_rnns_have_their_number_of_parameters(channels: int, jac_count: int) -> None:
    def count(directions: tuple[str, ...]) -> int:
        network = RNN(JAC(channels), directions=directions)
        return sum(parameter.numel() for parameter in network.parameters())

    assert count(("superior",)) == jac_count + 12_224
    assert count(BOTH) == jac_count + 2 * 12_224 < 3_000_000


@pytest.mark.parametrize("directions", [(), ("sideways",), ("superior", "superior")])
def test_directions_that_cannot_be_are_named(directions: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"directions are \[.*\]; give \[\"superior\"\]"):
        RNN(JAC(channels=2), directions=directions)


def test_a_window_without_slices_is_refused() -> None:
    with pytest.raises(InputError, match="window is 0 slices; give at least 1"):
        RNN(JAC(channels=2), window=0)
