"""Other phases of contrast medium: organs and vessels brought to the grey values they have there.

A mimicry: it knows the organs by their labels and vessels by their brightness. What enhances
without a label, as the walls of stomach and bowel, is followed where it is as bright as a vessel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from kinds.examination import Examination
from PancreasSegLib.phantom.tissue import Organ
from PancreasSegLib.volume import Grid, Volume, patient_grid, resample

BORDER_MM = 0.8
"""Across a border the change of grey values fades by a Gaussian of this width, as a scanner would
blur it."""

NOISE_MM = 1.5
"""The brightness of a vessel is read off the scan after a Gaussian of this width."""

SOFT_HU = 60.0
"""Muscle, fat, fluid: up to here nothing unlabelled is changed."""

VESSEL_HU = 100.0
"""From here on unlabelled tissue is taken for vessels, unless it is bone."""

BONE_HU = 220.0
ABOVE_AORTA_HU = 50.0
"""Bone is brighter than the first of these, and than the aorta by the second; with its marrow, that
is with holes of up to BONE_HOLES_MM closed, and its rim of one voxel of BONE_GRID_MM. A piece that
comes within BESIDE_MM of the pancreas and is smaller than LARGEST_VESSEL_ML is a vessel."""

BONE_GRID_MM = 3.0
BONE_HOLES_MM = 30.0
BESIDE_MM = 6.0
LARGEST_VESSEL_ML = 60.0

VESSEL_IN_ORGAN_HU = 15.0
"""Nothing stays brighter than the rest of its organ by more than this."""

KIDNEYS = (Organ.LEFT_KIDNEY, Organ.RIGHT_KIDNEY)
"""Without contrast medium, cortex and medulla look the same."""


@dataclass(frozen=True)
class Phase:
    """HU of the organs, and of unlabelled vessels."""

    organs: dict[Organ, float]
    vessels: float


# Textbook values, not measured: no such scan was at hand.
NATIVE = Phase(
    {
        Organ.AORTA: 42.0,
        Organ.LEFT_KIDNEY: 32.0,
        Organ.RIGHT_KIDNEY: 32.0,
        Organ.LIVER: 56.0,
        Organ.PANCREAS: 42.0,
        Organ.SPLEEN: 48.0,
    },
    vessels=42.0,
)
EARLY_ARTERIAL = Phase(
    {
        Organ.AORTA: 260.0,
        Organ.LEFT_KIDNEY: 110.0,
        Organ.RIGHT_KIDNEY: 110.0,
        Organ.LIVER: 62.0,
        Organ.PANCREAS: 62.0,
        Organ.SPLEEN: 85.0,
    },
    vessels=48.0,  # most that is not labelled is veins
)


def in_phase(examination: Examination, phase: Phase) -> Examination:
    """The scan as it might look in another `phase`; texture and noise stay its own."""
    hu = examination.scan.array.astype(np.float32)
    organs = examination.organs.array
    smooth = _blurred(hu, examination.scan, NOISE_MM)
    change = _change_of_vessels(smooth, _bone(examination), phase.vessels)
    for label, wanted in phase.organs.items():
        inside = organs == label
        if not inside.any():
            continue
        if label in KIDNEYS:
            change[inside] = np.minimum(wanted - smooth[inside], 0.0)
        else:
            highest = wanted + VESSEL_IN_ORGAN_HU - smooth[inside]
            change[inside] = np.minimum(wanted - np.median(hu[inside]), highest)
    for label in (Organ.GALLBLADDER, Organ.STOMACH):
        change[organs == label] = 0.0
    changed = hu + _blurred(change, examination.scan, BORDER_MM)
    return examination.with_scan(np.clip(changed, hu.min(), hu.max()))


def _change_of_vessels(smooth: np.ndarray, bone: np.ndarray, wanted: float) -> np.ndarray:
    """HU to add where there is no label: all for vessels, fading to nothing at SOFT_HU."""
    share = np.where(bone, 0.0, np.interp(smooth, [SOFT_HU, VESSEL_HU], [0.0, 1.0]))
    return (share * (wanted - smooth)).astype(np.float32)


def _bone(examination: Examination) -> np.ndarray:
    """Boolean (k, j, i): bone with its marrow, and bowel that is as bright by what was drunk."""
    hu, organs = examination.scan.array, examination.organs.array
    aorta = hu[organs == Organ.AORTA]
    least = max(BONE_HU, float(np.median(aorta)) + ABOVE_AORTA_HU) if aorta.size else BONE_HU
    hard = (hu >= min(least, float(hu.max()))) & (organs == 0)
    coarse = patient_grid(examination.grid, (BONE_GRID_MM,) * 3)
    pancreas = organs == Organ.PANCREAS
    bone = _without_vessels(*(_on(coarse, examination.grid, part) for part in (hard, pancreas)))
    radius = [round(BONE_HOLES_MM / BONE_GRID_MM / 2)] * 3
    closed = sitk.BinaryDilate(sitk.BinaryMorphologicalClosing(_image(bone), radius), [1, 1, 1])
    array = sitk.GetArrayFromImage(closed).astype(np.float32)
    return np.asarray(
        resample(Volume(array, coarse.affine), examination.grid, outside=0.0).array >= 0.5
    )


def _on(coarse: Grid, grid: Grid, mask: np.ndarray) -> np.ndarray:
    """Boolean: which voxels of `coarse` the `mask` on `grid` fills to a third or so."""
    volume = Volume(mask.astype(np.float32), grid.affine)
    return np.asarray(resample(volume, coarse, outside=0.0).array >= 0.3)


def _without_vessels(hard: np.ndarray, pancreas: np.ndarray) -> np.ndarray:
    """What is `hard`, less its small pieces beside the pancreas; all on the grid of bone."""
    radius = [round(BESIDE_MM / BONE_GRID_MM)] * 3
    beside = sitk.GetArrayFromImage(sitk.BinaryDilate(_image(pancreas), radius)) > 0
    pieces = sitk.GetArrayFromImage(sitk.ConnectedComponent(_image(hard), True))
    sizes_ml = np.bincount(pieces.ravel()) * BONE_GRID_MM**3 / 1000
    touching = np.unique(pieces[beside & hard])
    vessels = touching[sizes_ml[touching] < LARGEST_VESSEL_ML]
    return hard & ~np.isin(pieces, vessels)


def _image(mask: np.ndarray) -> sitk.Image:
    return sitk.GetImageFromArray(mask.astype(np.uint8))


def _blurred(array: np.ndarray, like: Volume, sigma_mm: float) -> np.ndarray:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(like.grid.spacing.tolist())
    blurred = sitk.DiscreteGaussian(image, [sigma_mm**2] * 3, 16, 0.01, True)
    return np.asarray(sitk.GetArrayFromImage(blurred))
