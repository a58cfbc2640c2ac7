"""Tissues that are not one flat grey, and what the scanner adds to the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.phantom.points import Points

# Full width at half maximum 1.2 mm in plane, as of a standard abdominal kernel.
PSF_SIGMA_MM = (0.5, 0.5, 0.6)
# Gives the autocorrelation measured in livers of 14 BTCV scans: 0.55 one pixel (0.75 mm) aside,
# 0.15 two pixels aside, 0.2 between neighbouring slices of 2.5 to 5 mm.
NOISE_SIGMA_MM = (0.5, 0.5, 0.9)

Noise = Callable[[Points], np.ndarray]


def mottled(hu: float, sd: float, noise: Noise) -> Noise:
    """A tissue of mean `hu` whose HU wander by `sd` with `noise`."""
    return lambda points: np.float32(hu) + np.float32(sd) * noise(points)


def speckled(base: Noise, hu: float, noise: Noise, threshold: float) -> Noise:
    """`base`, going over into `hu` where `noise` rises above `threshold` (over 0.8 of it)."""

    def tissue(points: Points) -> np.ndarray:
        share = np.clip((noise(points) - np.float32(threshold)) / np.float32(0.8), 0, 1)
        values = base(points)
        return values + share * (np.float32(hu) - values)

    return tissue


def scanned(
    hu: np.ndarray, spacing_mm: np.ndarray, noise_hu: float, rng: np.random.Generator
) -> np.ndarray:
    """The picture a scanner makes of `hu` (k, j, i): blurred, with correlated noise, int16.

    `noise_hu` is the standard deviation of the noise in the result.
    """
    picture = _blurred(hu, spacing_mm, PSF_SIGMA_MM)
    noise = _blurred(rng.standard_normal(hu.shape, np.float32), spacing_mm, NOISE_SIGMA_MM)
    picture += noise * np.float32(noise_hu / noise.std())
    return np.clip(np.rint(picture), -1024, 3071).astype(np.int16)


def _blurred(
    array: np.ndarray, spacing_mm: np.ndarray, sigma_mm: tuple[float, float, float]
) -> np.ndarray:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing([float(s) for s in spacing_mm])
    variance = [s * s for s in sigma_mm]
    blurred = sitk.DiscreteGaussian(image, variance, 12, 0.01, True)
    return sitk.GetArrayFromImage(blurred).astype(np.float32, copy=False)
