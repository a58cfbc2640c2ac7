"""Arms down: between the two arms too few photons arrive, and streaks run from one to the other."""

from __future__ import annotations

import numpy as np
import SimpleITK as sitk

from kinds.examination import Examination

STREAK_HU = 20.0
"""Standard deviation in the middle of the body; of a moderate case."""

ARM_MM = 60.0
"""So far beyond the body's sides lie the arms' bones."""

STEP_DEGREES = 0.125
"""Streaks are about two such steps wide, seen from an arm: 1 mm in the middle of the body."""

WIDEST_DEGREES = 30.0
"""Beyond this against the line from arm to arm there are none."""

BODY_HU = -100.0
ALONG_Z_MM = 5.0


def arms_down(examination: Examination, seed: int = 0) -> Examination:
    """The scan with streaks from both arms, which lie outside of its field of view.

    Only the body has them: what lies at the scan's lowest and highest value stays.
    """
    hu = examination.scan.array.astype(np.float32)
    streaks = np.zeros_like(hu)
    body = hu > BODY_HU
    random = np.random.default_rng(seed)
    sides, height = _sides(body), _height(body)
    spacing = examination.grid.spacing
    for side, away in ((sides[0], -1.0), (sides[1], 1.0)):
        arm = (side + away * ARM_MM / spacing[0], height)
        of_angle = _noise_of_angle(len(hu), float(spacing[2]), random)
        streaks += _fan(hu.shape, arm, away, spacing, of_angle)
    streaks *= np.float32(STREAK_HU / np.sqrt(2))
    low, high = hu.min(), hu.max()
    changed = np.clip(hu + streaks, low, high)
    return examination.with_scan(np.where(body & (hu > low) & (hu < high), changed, hu))


def _sides(body: np.ndarray) -> tuple[float, float]:
    """The body's first and last column, by its widest slices."""
    columns = np.flatnonzero(body.sum(axis=(0, 1)) > 0.01 * body.sum(axis=(0, 1)).max())
    return float(columns[0]), float(columns[-1])


def _height(body: np.ndarray) -> float:
    """The body's middle row: arms lie beside it."""
    rows = np.flatnonzero(body.any(axis=(0, 2)))
    return float(rows.mean())


def _noise_of_angle(slices: int, spacing_mm: float, random: np.random.Generator) -> np.ndarray:
    """(slices, angles): mean 0, standard deviation 1, alike in slices close together."""
    angles = round(2 * WIDEST_DEGREES / STEP_DEGREES) + 1
    image = sitk.GetImageFromArray(random.standard_normal((slices, angles)).astype(np.float32))
    variance = [1.0, (ALONG_Z_MM / spacing_mm) ** 2]
    noise = sitk.GetArrayFromImage(sitk.DiscreteGaussian(image, variance, 32, 0.01, False))
    fade = np.cos(np.linspace(-np.pi / 2, np.pi / 2, angles))
    return np.asarray(noise / noise.std() * fade)


def _fan(
    shape: tuple[int, ...],
    arm: tuple[float, float],
    away: float,
    spacing: np.ndarray,
    of_angle: np.ndarray,
) -> np.ndarray:
    """Streaks (k, j, i) from the `arm` (column, row), towards the other one."""
    _, rows, columns = shape
    x = (np.arange(columns) - arm[0]) * spacing[0] * -away
    y = (np.arange(rows) - arm[1]) * spacing[1]
    angle = np.rad2deg(np.arctan2(y[:, None], x[None]))
    known = np.linspace(-WIDEST_DEGREES, WIDEST_DEGREES, of_angle.shape[1])
    flat = [np.interp(angle.ravel(), known, noise, left=0.0, right=0.0) for noise in of_angle]
    return np.array(flat, np.float32).reshape(shape)
