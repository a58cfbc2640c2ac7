"""Scale block: CBR blocks at one resolution, and a side output."""

import torch

from PancreasSegLib.networks.jac import ScaleBlock


def test_it_keeps_the_resolution_and_adds_one_side_map() -> None:
    features, side = ScaleBlock(in_channels=1, channels=6, blocks=4)(torch.randn(2, 1, 7, 5))

    assert features.shape == (2, 6, 7, 5)
    assert side.shape == (2, 1, 7, 5)


def test_it_has_as_many_cbr_blocks_as_asked_and_the_first_takes_the_input_channels() -> None:
    block = ScaleBlock(in_channels=3, channels=6, blocks=2)

    weights = block.state_dict()
    convolutions = [weights[f"cbr_blocks.{n}.0.weight"].shape for n in range(2)]
    assert convolutions == [(6, 3, 3, 3), (6, 6, 3, 3)]
    assert "cbr_blocks.2.0.weight" not in weights


def test_its_side_output_is_a_weighted_sum_of_the_features() -> None:
    torch.manual_seed(0)
    block = ScaleBlock(in_channels=1, channels=2, blocks=1)
    side_weights = {
        "side_output.weight": torch.tensor([2.0, -3.0]).reshape(1, 2, 1, 1),
        "side_output.bias": torch.tensor([0.5]),
    }
    block.load_state_dict(block.state_dict() | side_weights)

    features, side = block(torch.randn(1, 1, 4, 4))

    torch.testing.assert_close(side[0, 0], 2 * features[0, 0] - 3 * features[0, 1] + 0.5)
    assert side.min() < 0  # a logit: not cut off at zero, unlike the features
