"""ConvLSTM against the equations of Shi et al. 2015, eq. (3), written out."""

from math import exp, tanh

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d

from PancreasSegLib.networks.conv_lstm import ConvLSTM


def sigmoid(value: float) -> float:
    return 1 / (1 + exp(-value))


@pytest.fixture
def cell() -> ConvLSTM:
    """Two input channels, three hidden ones, every weight, bias and peephole its own number."""
    torch.manual_seed(0)
    cell = ConvLSTM(in_channels=2, hidden=3).double()
    for parameter in cell.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return cell


@pytest.fixture
def stack() -> Tensor:
    return torch.randn(2, 7, 2, 5, 4, dtype=torch.float64, generator=torch.manual_seed(1))


def straight_loop(cell: ConvLSTM, stack: Tensor) -> Tensor:
    weights = cell.state_dict()
    w_xi, w_xf, w_xc, w_xo = weights["from_input.weight"].split(cell.hidden)
    b_i, b_f, b_c, b_o = weights["from_input.bias"].split(cell.hidden)
    w_hi, w_hf, w_hc, w_ho = weights["from_hidden.weight"].split(cell.hidden)
    w_ci, w_cf, w_co = weights["peephole"]
    h = c = torch.zeros(stack.shape[0], cell.hidden, *stack.shape[-2:], dtype=stack.dtype)
    hidden_states = []
    for t in range(stack.shape[1]):
        x = stack[:, t]
        i = torch.sigmoid(conv2d(x, w_xi, b_i, padding=1) + conv2d(h, w_hi, padding=1) + w_ci * c)
        f = torch.sigmoid(conv2d(x, w_xf, b_f, padding=1) + conv2d(h, w_hf, padding=1) + w_cf * c)
        new = torch.tanh(conv2d(x, w_xc, b_c, padding=1) + conv2d(h, w_hc, padding=1))
        c = f * c + i * new
        o = torch.sigmoid(conv2d(x, w_xo, b_o, padding=1) + conv2d(h, w_ho, padding=1) + w_co * c)
        h = o * torch.tanh(c)
        hidden_states.append(h)
    return torch.stack(hidden_states, dim=1)


def test_a_whole_stack_follows_the_equations(cell: ConvLSTM, stack: Tensor) -> None:
    torch.testing.assert_close(cell(stack), straight_loop(cell, stack))


@pytest.mark.parametrize("window", [1, 2, 4, 7, 20])
def test_a_window_is_the_end_of_a_fresh_run_over_its_slices(
    cell: ConvLSTM, stack: Tensor, window: int
) -> None:
    windowed = cell(stack, window=window)

    for t in range(stack.shape[1]):
        seen = stack[:, max(0, t - window + 1) : t + 1]
        torch.testing.assert_close(windowed[:, t], straight_loop(cell, seen)[:, -1])


def test_steps_one_by_one_are_the_run_over_the_stack(cell: ConvLSTM, stack: Tensor) -> None:
    first = cell.step(stack[:, 0])
    second = cell.step(stack[:, 1], first)

    torch.testing.assert_close(torch.stack([first[0], second[0]], 1), cell(stack[:, :2]))


def test_two_steps_on_one_pixel_by_hand() -> None:
    cell = ConvLSTM(in_channels=1, hidden=1, kernel=1)
    weights = {
        "from_input.weight": torch.tensor([0.1, 0.2, 0.3, 0.4]).reshape(4, 1, 1, 1),
        "from_input.bias": torch.tensor([0.01, 0.02, 0.03, 0.04]),
        "from_hidden.weight": torch.tensor([0.5, 0.6, 0.7, 0.8]).reshape(4, 1, 1, 1),
        "peephole": torch.tensor([-0.9, 1.1, 1.3]).reshape(3, 1, 1, 1),
    }
    cell.load_state_dict(weights)

    states = cell(torch.tensor([2.0, -1.0]).reshape(1, 2, 1, 1, 1)).flatten()

    c1 = sigmoid(0.1 * 2 + 0.01) * tanh(0.3 * 2 + 0.03)
    h1 = sigmoid(0.4 * 2 + 0.04 + 1.3 * c1) * tanh(c1)
    i2 = sigmoid(0.1 * -1 + 0.01 + 0.5 * h1 - 0.9 * c1)
    f2 = sigmoid(0.2 * -1 + 0.02 + 0.6 * h1 + 1.1 * c1)
    c2 = f2 * c1 + i2 * tanh(0.3 * -1 + 0.03 + 0.7 * h1)
    h2 = sigmoid(0.4 * -1 + 0.04 + 0.8 * h1 + 1.3 * c2) * tanh(c2)
    assert states.tolist() == pytest.approx([h1, h2], rel=1e-5)


def test_a_new_cell_remembers_and_does_not_peep() -> None:
    weights = ConvLSTM(in_channels=5, hidden=16).state_dict()

    bias_i, bias_f, bias_c, bias_o = weights["from_input.bias"].split(16)
    assert torch.equal(bias_f, torch.ones(16))
    assert not torch.cat([bias_i, bias_c, bias_o, weights["peephole"].flatten()]).any()


def test_its_weights_do_not_depend_on_the_pictures_size(cell: ConvLSTM) -> None:
    assert cell(torch.randn(1, 2, 2, 9, 6).double()).shape == (1, 2, 3, 9, 6)
    assert cell.peephole.shape == (3, 3, 1, 1)
