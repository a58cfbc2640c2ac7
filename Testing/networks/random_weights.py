"""A small network with random weights everywhere."""

import torch
from torch import nn

from PancreasSegLib.networks import JAC, RNN


def rnn_of_random_weights() -> RNN:
    """Random in the corrections and statistics, too; in eval mode."""
    torch.manual_seed(5)
    rnn = RNN(JAC(channels=4, blocks=2, scales=3), hidden=3, window=3)
    with torch.no_grad():
        for correction in rnn.corrections.values():
            nn.init.normal_(next(correction.parameters()))
        for module in rnn.modules():
            if isinstance(module, nn.BatchNorm2d):
                assert module.running_mean is not None and module.running_var is not None
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2.0)
                module.weight.uniform_(0.5, 2.0)
                module.bias.normal_()
    return rnn.eval()
