"""The networks of Cai et al. 2017 (arXiv 1707.04912), and a U-Net, as plain torch modules."""

from PancreasSegLib.networks.build import Network, build_network, configuration_of
from PancreasSegLib.networks.cbr_block import CBRBlock
from PancreasSegLib.networks.conv_lstm import ConvLSTM
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.rnn import CNN, RNN
from PancreasSegLib.networks.scale_block import ScaleBlock
from PancreasSegLib.networks.unet import UNet

__all__ = [
    "CNN",
    "JAC",
    "RNN",
    "CBRBlock",
    "ConvLSTM",
    "Network",
    "ScaleBlock",
    "UNet",
    "build_network",
    "configuration_of",
]
