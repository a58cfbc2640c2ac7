"""The losses that Cai et al. 2017 compare, of logits and a reference of their shape; and one of
several classes."""

from PancreasSegLib.losses.classes import class_loss
from PancreasSegLib.losses.cross_entropy import balanced_cross_entropy_loss, cross_entropy_loss
from PancreasSegLib.losses.deep_supervision import deeply_supervised
from PancreasSegLib.losses.jaccard import jaccard_loss, jaccard_loss_of_probability

__all__ = [
    "balanced_cross_entropy_loss",
    "class_loss",
    "cross_entropy_loss",
    "deeply_supervised",
    "jaccard_loss",
    "jaccard_loss_of_probability",
]
