"""How far a mask can be trusted: by the coarse model, its own probabilities and where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.metrics.reliability import calibrated
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.segmenter.checks import scan_warnings
from PancreasSegLib.segmenter.cut import Cut
from PancreasSegLib.segmenter.region import Region
from PancreasSegLib.segmenter.result_warnings import (
    border_warnings,
    clipped_warnings,
    contrast_warnings,
    doubt_warnings,
    region_warnings,
    wide_region_warnings,
)
from PancreasSegLib.volume.resampling import patient_grid, resample
from PancreasSegLib.volume.volume import Volume

MORE_LIKELY_THAN_NOT = 0.5
"""Not the coarse model's own threshold: that is low, so that the region loses nothing."""


@dataclass(frozen=True)
class Judgement:
    """What speaks for a mask and against it.

    agreement: the Dice of the mask and of what the coarse model sees; None if one is missing.
    expected_dice: the mask's, by its calibrated probabilities; None for a single network, whose
    probabilities tell little of one scan.
    """

    agreement: float | None
    expected_dice: float | None
    warnings: list[str]


def judge(
    scan: Volume,
    region: Region | None,
    cut: Cut,
    manifest: Manifest,
    organs_hu: Mapping[str, float],
) -> Judgement:
    """Judge what was cut out of the probability that the model of `manifest` has of `scan`.

    organs_hu: the median HU of other organs, as far as its networks know any.
    """
    warnings = scan_warnings(scan, manifest)
    warnings += contrast_warnings(organs_hu.get("aorta"))
    agreement = expected = None
    if region is not None and cut.model_mask is not None:
        agreement = agreement_with(region.probability, cut.model_mask)
        expected = _expected_dice(cut, manifest)
        whole = patient_grid(scan.grid, manifest.spacing_mm)
        warnings += region_warnings(cut.model_mask.array, cut.model_mask.grid, whole)
        warnings += doubt_warnings(expected, agreement)
    if region is not None and manifest.region is not None and region.found_ml is None:
        warnings += wide_region_warnings(region.box)  # the user's, not the coarse model's
    warnings += _edge_warnings(scan, region, cut)
    return Judgement(agreement, expected, warnings)


def _edge_warnings(scan: Volume, region: Region | None, cut: Cut) -> list[str]:
    """Is a part of the pancreas beyond the scan? By the mask, else by the coarse model."""
    warnings = border_warnings(cut.mask, cut.box, scan)
    if warnings or region is None or region.seen is None or not cut.mask.any():
        return warnings
    return clipped_warnings(region.seen, scan.grid)


def agreement_with(coarse: Volume | None, mask: Volume) -> float | None:
    """The Dice of `mask` and of what the coarse model holds for pancreas; None without either.

    coarse: probability in [0, 1] on the coarse model's grid; None where that did not run. mask:
    boolean, on a part of the fine model's grid; only there the two are compared.
    """
    if coarse is None or not mask.array.any():
        return None
    seen = resample(coarse, mask.grid, outside=0.0).array > MORE_LIKELY_THAN_NOT
    return dice(mask.array, seen)


def _expected_dice(cut: Cut, manifest: Manifest) -> float | None:
    """Of a calibrated average of several networks; one alone is too sure of itself."""
    average = manifest.calibration and manifest.combination.averaged_with
    if not average or cut.model_probability is None or cut.model_mask is None:
        return None
    likely = calibrated(cut.model_probability.array, manifest.calibration)
    return expected_dice(likely, cut.model_mask.array)


def expected_dice(probability: np.ndarray, mask: np.ndarray) -> float | None:
    """The Dice of the boolean `mask` with a pancreas that is at each voxel with its probability.

    probability: calibrated, in [0, 1], of the mask's shape. The ratio of the expected values,
    2 E|mask and pancreas| / (|mask| + E|pancreas|); None for an empty mask.
    """
    if not mask.any():
        return None
    inside = float(probability[mask].sum(dtype=np.float64))
    return 2 * inside / (float(mask.sum()) + float(probability.sum(dtype=np.float64)))
