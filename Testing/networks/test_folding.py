import torch
from torch import nn

from PancreasSegLib.networks.cbr_block import folded
from Testing.networks.random_weights import rnn_of_random_weights


def test_folding_keeps_the_answer() -> None:
    random_rnn, x = rnn_of_random_weights(), torch.rand(1, 3, 21, 18)
    with torch.inference_mode():
        expected, answer = random_rnn(x), folded(random_rnn)(x)
    assert expected.std() > 0.1
    assert torch.allclose(answer, expected, atol=1e-4)


def test_folding_leaves_no_normalisation_and_the_original_alone() -> None:
    random_rnn = rnn_of_random_weights()
    network = folded(random_rnn)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    assert sum(isinstance(module, nn.BatchNorm2d) for module in random_rnn.modules()) == 6
