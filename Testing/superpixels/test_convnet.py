"""The ConvNet: two classes for a picture, and as many parameters as its card says."""

from __future__ import annotations

import torch
from torch import nn

from PancreasSegLib.superpixels.convnet import ConvNet


def test_a_picture_gets_a_logit_for_either_class() -> None:
    assert ConvNet(2).eval()(torch.rand(3, 1, 64, 64)).shape == (3, 2)


def test_it_has_five_convolutions_and_two_connected_layers_before_the_classes() -> None:
    kinds = [type(layer) for layer in ConvNet(4).modules()]

    assert kinds.count(nn.Conv2d) == 5
    assert kinds.count(nn.MaxPool2d) == 3
    assert kinds.count(nn.Linear) == 3
    assert kinds.count(nn.Dropout) == 2


def test_sixteen_channels_make_a_quarter_of_a_million_parameters() -> None:
    count = sum(parameter.numel() for parameter in ConvNet(16).parameters())

    assert count == 246_002
