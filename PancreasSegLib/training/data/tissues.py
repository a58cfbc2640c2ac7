"""Which tissue each voxel of a CT belongs to: what a scan of another modality can be drawn from.

As Billot et al. 2023 (SynthSeg, arXiv 2107.09559) do: the known labels, and inside the body, where
nothing is labelled, classes of like grey values.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.models.manifest import Window

CT_WINDOW = Window("hu", -125.0, 275.0)
"""Wide enough for fat, muscle, organs, vessels and bone to be told apart."""

AIR = 8
"""Grey level in that window, about -112 HU: what is darker is air, around and in the body."""

CLASSES = 5
OPENING = 2
"""Voxels: parts of the table that hang on the body by less are cut off."""

MADE_BY = ("tissues", asdict(CT_WINDOW), AIR, CLASSES, OPENING)
"""What they depend on beside the scan: where it changes they are made anew, not read from a cache.
"""


def tissues(image: np.ndarray, organs: np.ndarray) -> np.ndarray:
    """The tissue of each voxel (slices, rows, columns), uint8, from a CT in `CT_WINDOW`, uint8.

    0 is what surrounds the body, and air in it. `organs` are the classes as `Stack.classes` gives
    them, 1 for the pancreas, and keep their numbers; the tissues that k-means tells apart by their
    grey values, smoothed by a voxel, follow after the last one.
    """
    smooth = sitk.GetArrayFromImage(
        sitk.DiscreteGaussian(sitk.GetImageFromArray(image.astype(np.float32)), [1.0] * 3)
    )
    body = _body(smooth)
    labels = np.where(body, organs, np.uint8(0))
    rest = body & (organs == 0)
    if rest.any():
        ends = _between(_middles(smooth[rest]))
        labels[rest] = int(organs.max()) + 1 + np.digitize(smooth[rest], ends)
    return labels.astype(np.uint8)


def _body(smooth: np.ndarray) -> np.ndarray:
    """The largest piece that is brighter than air."""
    bright = sitk.GetImageFromArray((smooth > AIR).astype(np.uint8))
    opened = sitk.BinaryMorphologicalOpening(bright, [OPENING, OPENING, 0])
    pieces = sitk.RelabelComponent(sitk.ConnectedComponent(opened))
    return np.asarray(sitk.GetArrayFromImage(pieces) == 1)


def _middles(values: np.ndarray) -> np.ndarray:
    """The middles (CLASSES,), rising, of k-means on single values; it starts at their quantiles."""
    counts = np.bincount(np.rint(values).clip(0, 255).astype(np.int64), minlength=256)
    levels = np.arange(256.0)
    shares = (np.arange(CLASSES) + 0.5) / CLASSES
    middles = np.searchsorted(counts.cumsum(), shares * counts.sum()).astype(float)
    while True:
        nearest = np.digitize(levels, _between(middles))
        sizes = np.bincount(nearest, counts, CLASSES)
        sums = np.bincount(nearest, counts * levels, CLASSES)
        moved = np.where(sizes > 0, sums / np.maximum(sizes, 1), middles)
        if np.allclose(moved, middles):
            return moved
        middles = moved


def _between(middles: np.ndarray) -> np.ndarray:
    """Where one class ends and the next begins."""
    return (middles[1:] + middles[:-1]) / 2
