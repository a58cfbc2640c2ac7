"""The networks of Cai et al. 2017 (arXiv 1707.04912), U-Nets, and the superpixels of Roth et al.
2015, as plain torch modules.

What segmenter and trainer ask of any of them is in `network`."""

from PancreasSegLib.networks.build import build_cnn, build_network, build_rnn
from PancreasSegLib.networks.cbr_block import CBRBlock
from PancreasSegLib.networks.conv_lstm import ConvLSTM
from PancreasSegLib.networks.hnn import HNN
from PancreasSegLib.networks.jac import JAC, ScaleBlock
from PancreasSegLib.networks.network import CNN, Network, SliceCNN
from PancreasSegLib.networks.original_unet import OriginalUNet
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.superpixels import Superpixels
from PancreasSegLib.networks.unet import UNet
from PancreasSegLib.networks.unet3d import UNet3D

__all__ = [
    "CNN",
    "HNN",
    "JAC",
    "RNN",
    "CBRBlock",
    "ConvLSTM",
    "Network",
    "OriginalUNet",
    "ScaleBlock",
    "SliceCNN",
    "Superpixels",
    "UNet",
    "UNet3D",
    "build_cnn",
    "build_network",
    "build_rnn",
]
