"""Do the coarse and the fine model see the same pancreas? If not, one of them is wrong."""

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.volume.resampling import resample
from PancreasSegLib.volume.volume import Volume


def agreement_with(coarse: Volume | None, mask: Volume) -> float | None:
    """The Dice of `mask` and of the voxels that the coarse model gives a probability above 0.5.

    coarse: probability in [0, 1] on the coarse model's grid; None where that did not run, and then
    there is no agreement either. mask: boolean, on a part of the fine model's grid; only there the
    two are compared, and an empty mask agrees with nothing seen there.
    """
    if coarse is None:
        return None
    seen = resample(coarse, mask.grid, outside=0.0).array > 0.5
    return dice(mask.array, seen)
