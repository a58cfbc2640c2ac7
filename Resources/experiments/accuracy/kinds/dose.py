"""Half the dose: the scan's own noise once more, as strong and as blotchy as it is in its liver.

The variance of a CT's noise is inversely proportional to the dose, so halving that adds as much
variance as there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from kinds.examination import Examination
from PancreasSegLib.phantom.tissue import Organ

PATCH = 24
"""Pixels: the noise's spectrum is measured in liver of this width; it reaches half as far."""

MARGIN = 3
"""Pixels: so far inside the liver's border."""

STRUCTURE_PIXELS = 6.0
"""What is wider than this, in standard deviations of a Gaussian, is anatomy, not noise."""

LARGEST_PATCHES = 400


@dataclass(frozen=True, eq=False)
class Noise:
    """What noise a scan has.

    Attributes:
        sd_hu: its standard deviation.
        kernel: (PATCH, PATCH), centred at [0, 0]; makes the scan's in-plane noise of white noise.
        between_slices: correlation of neighbouring slices, 0 to 0.5.
    """

    sd_hu: float
    kernel: np.ndarray
    between_slices: float


def half_dose(examination: Examination, seed: int = 0) -> Examination | None:
    """The scan with its own noise once more; None where its liver is too small to measure it.

    What lies at the scan's lowest and highest value stays: it may be clipped, and noise on values
    that are not known would be visible where a real scan has none.
    """
    noise = measured_noise(examination)
    if noise is None:
        return None
    hu = examination.scan.array.astype(np.float32)
    low, high = hu.min(), hu.max()
    added = np.clip(hu + made_noise(noise, hu.shape, seed), low, high)
    return examination.with_scan(np.where((hu > low) & (hu < high), added, hu))


def measured_noise(examination: Examination) -> Noise | None:
    """The noise of square patches that lie wholly in the liver."""
    patches = _liver_patches(examination)
    if len(patches) == 0:
        return None
    spectrum = (np.abs(np.fft.fft2(patches[:, 0])) ** 2).mean(axis=0) / PATCH**2
    kernel = np.fft.ifft2(np.sqrt(spectrum)).real
    neighbours = float((patches[:, 0] * patches[:, 1]).mean())
    variance = float((patches**2).mean())
    return Noise(
        sd_hu=float(np.sqrt(variance)),
        kernel=kernel / np.linalg.norm(kernel),
        between_slices=float(np.clip(neighbours / variance, 0.0, 0.5)),
    )


def made_noise(noise: Noise, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Noise of that kind, (k, j, i) float32 in HU."""
    white = np.random.default_rng(seed).standard_normal(shape, np.float32)
    made = _related(white, noise.between_slices)
    transfer = np.fft.rfft2(_padded(noise.kernel, shape[1:]))
    for k, plane in enumerate(made):
        made[k] = np.fft.irfft2(np.fft.rfft2(plane) * transfer, s=shape[1:])
    return made * np.float32(noise.sd_hu)


def _liver_patches(examination: Examination) -> np.ndarray:
    """(N, 2, PATCH, PATCH) in HU, without what is anatomy: patches of two neighbouring slices."""
    liver = examination.organs.array == Organ.LIVER
    half = PATCH // 2 + MARGIN
    found: list[np.ndarray] = []
    for k in np.flatnonzero(liver[:-1].any(axis=(1, 2)) & liver[1:].any(axis=(1, 2))):
        fine = _without_structure(examination.scan.array[k : k + 2])
        both = liver[k] & liver[k + 1]
        rows, columns = (range(half, size - half, PATCH) for size in both.shape)
        found += [
            fine[:, y - PATCH // 2 : y + PATCH // 2, x - PATCH // 2 : x + PATCH // 2]
            for y in rows
            for x in columns
            if both[y - half : y + half, x - half : x + half].all()
        ]
    step = max(len(found) // LARGEST_PATCHES, 1)
    return np.array(found[::step], np.float64).reshape(-1, 2, PATCH, PATCH)


def _without_structure(slices: np.ndarray) -> np.ndarray:
    """The slices (2, j, i) less what of them is wide."""
    image = sitk.GetImageFromArray(slices.astype(np.float32))
    sigma = [STRUCTURE_PIXELS, STRUCTURE_PIXELS, 0.0]
    wide = sitk.DiscreteGaussian(image, [s * s for s in sigma], 64, 0.01, False)
    return np.asarray(sitk.GetArrayFromImage(image - wide))


def _related(white: np.ndarray, correlation: float) -> np.ndarray:
    """White noise (k, j, i), neighbouring slices of which have that `correlation` afterwards."""
    if correlation == 0 or len(white) == 1:
        return white.copy()
    # Weights (a, 1, a) along k give neighbours a correlation of 2a / (1 + 2a^2).
    root = max(1.0 - 2.0 * correlation**2, 0.0)
    a = (1.0 - np.sqrt(root)) / (2.0 * correlation)
    padded = np.concatenate([white[-1:], white, white[:1]])
    mixed = white + np.float32(a) * (padded[:-2] + padded[2:])
    return mixed / np.float32(np.sqrt(1.0 + 2.0 * a * a))


def _padded(kernel: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The kernel on a plane of `shape`, still centred at [0, 0]."""
    plane = np.zeros(shape)
    plane[: len(kernel), : len(kernel)] = np.fft.fftshift(kernel)
    return np.roll(plane, (-(len(kernel) // 2),) * 2, axis=(0, 1))
