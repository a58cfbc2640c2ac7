"""Three-dimensional Gaussian smoothing of a probability (Roth et al. 2015)."""

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.volume.volume import Volume


def smoothed(volume: Volume, sigma_mm: float) -> Volume:
    """The volume after a 3D Gaussian of `sigma_mm` along each of its axes; float32."""
    image = sitk.GetImageFromArray(volume.array.astype(np.float32))
    variance = (sigma_mm / volume.grid.spacing) ** 2
    image = sitk.DiscreteGaussian(image, variance.tolist(), 32, 0.01, False)
    return volume.with_array(np.asarray(sitk.GetArrayFromImage(image)))
