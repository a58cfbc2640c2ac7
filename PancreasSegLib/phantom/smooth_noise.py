"""Smooth random fields in world coordinates: the irregularity of everything in the phantom."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.phantom.points import Points

# A cubic B-spline over unit-variance lattice values has this variance, on average, per axis.
_SPLINE_VARIANCE = 0.479
# The lattice repeats: 16 wavelengths apart, where nobody compares.
_PERIOD = 32


class SmoothNoise:
    """A random field with mean 0 and standard deviation about 1 that varies over `wavelength_mm`.

    The values stand on a lattice in the patient's space, not on the image grid, so the same seed
    gives the same field at every image spacing. Between them the field is a cubic B-spline.
    """

    def __init__(self, seed: tuple[int, ...], wavelength_mm: float) -> None:
        self._step = wavelength_mm / 2
        self._lattice = np.random.default_rng(seed).standard_normal((_PERIOD,) * 3, np.float32)

    def __call__(self, points: Points) -> np.ndarray:
        """The field at `points`, float32 (k, j, i)."""
        field = self._lattice
        for axis, coordinates in enumerate((points.z, points.y, points.x)):
            first, weights = self._weights(coordinates)
            rows = np.arange(first, first + weights.shape[1]) % _PERIOD
            field = np.moveaxis(np.take(field, rows, axis), axis, -1) @ weights.T
            field = np.moveaxis(field, -1, axis)
        return np.ascontiguousarray(field / _SPLINE_VARIANCE**1.5)

    def _weights(self, coordinates: np.ndarray) -> tuple[int, np.ndarray]:
        """The first lattice row touched and the B-spline weights (coordinate, lattice row)."""
        position = coordinates / self._step
        cell = np.floor(position).astype(int)
        t = position - cell
        first = int(cell.min()) - 1
        weights = np.zeros((len(coordinates), int(cell.max()) - first + 3), np.float32)
        spline = (
            (1 - t) ** 3 / 6,
            (3 * t**3 - 6 * t**2 + 4) / 6,
            (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
            t**3 / 6,
        )
        for offset, values in enumerate(spline):
            weights[np.arange(len(coordinates)), cell - 1 + offset - first] = values
        return first, weights
