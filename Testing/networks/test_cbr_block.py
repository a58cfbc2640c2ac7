"""CBR block: convolution, batch normalisation, ReLU, against an example worked out by hand."""

import pytest
import torch

from PancreasSegLib.networks.cbr_block import CBRBlock

PICTURE = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]])


@pytest.fixture
def right_minus_left() -> CBRBlock:
    """One channel; each pixel becomes its right neighbour minus its left one (0 outside)."""
    block = CBRBlock(1, 1)
    kernel = torch.tensor([[0.0, 0.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    block.load_state_dict(block.state_dict() | {"0.weight": kernel[None, None]})
    return block


def test_it_convolves_normalises_and_cuts_off_below_zero(right_minus_left: CBRBlock) -> None:
    # The convolution gives [[2, 2, -2], [5, 2, -5], [8, 2, -8]]; with mean 2, variance 4, scale 3
    # and shift 1 the normalisation makes 3 (v - 2) / 2 + 1 of a value v.
    normalisation = {"running_mean": 2.0, "running_var": 4.0 - 1e-5, "weight": 3.0, "bias": 1.0}
    weights = {f"1.{name}": torch.tensor([value]) for name, value in normalisation.items()}
    right_minus_left.load_state_dict(right_minus_left.state_dict() | weights)

    output = right_minus_left.eval()(PICTURE)

    expected = torch.tensor([[[[1.0, 1.0, 0.0], [5.5, 1.0, 0.0], [10.0, 1.0, 0.0]]]])
    torch.testing.assert_close(output, expected)


def test_in_training_it_normalises_by_the_batch(right_minus_left: CBRBlock) -> None:
    output = right_minus_left.train()(PICTURE)

    # Mean 6/9 and mean square (3 * 4 + 2 * (4 + 25 + 64)) / 9 - 6/9 of the convolution's values:
    mean = 6 / 9
    variance = (4 * 5 + 25 * 2 + 64 * 2) / 9 - mean**2
    largest = (8 - mean) / (variance + 1e-5) ** 0.5
    assert output[0, 0, 2, 0].item() == pytest.approx(largest, rel=1e-5)
    assert output[0, 0, 2, 2].item() == 0.0


def test_its_convolution_has_no_bias_and_weights_of_kaimings_spread() -> None:
    weights = CBRBlock(64, 64).state_dict()

    assert "0.bias" not in weights
    assert weights["0.weight"].std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.05)
