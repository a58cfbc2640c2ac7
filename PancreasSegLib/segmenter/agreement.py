"""Do the coarse and the fine model see the same pancreas? If not, one of them is wrong."""

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.volume.resampling import resample
from PancreasSegLib.volume.volume import Volume

MORE_LIKELY_THAN_NOT = 0.5
"""Not the coarse model's own threshold: that is low, so that the region loses nothing."""


def agreement_with(coarse: Volume | None, mask: Volume) -> float | None:
    """The Dice of `mask` and of what the coarse model holds for pancreas; None without either.

    coarse: probability in [0, 1] on the coarse model's grid; None where that did not run. mask:
    boolean, on a part of the fine model's grid; only there the two are compared.
    """
    if coarse is None or not mask.array.any():
        return None
    seen = resample(coarse, mask.grid, outside=0.0).array > MORE_LIKELY_THAN_NOT
    return dice(mask.array, seen)
