"""A synthetic abdominal CT with its pancreas: made of formulas, of nobody's body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from PancreasSegLib.phantom.body import paint_body, paint_muscles
from PancreasSegLib.phantom.bowel import (
    paint_colon,
    paint_duodenum,
    paint_small_bowel,
    paint_stomach,
)
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.pancreas import paint_pancreas, paint_peripancreatic_fat
from PancreasSegLib.phantom.points import Points
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.skeleton import paint_skeleton
from PancreasSegLib.phantom.solid_organs import paint_kidneys, paint_liver, paint_spleen
from PancreasSegLib.phantom.texture import scanned
from PancreasSegLib.phantom.tissue import Organ
from PancreasSegLib.phantom.vessels import paint_great_vessels, paint_portal_veins
from PancreasSegLib.volume.volume import Volume

FIELD_LOW_MM = (-190.0, -155.0, -120.0)
FIELD_HIGH_MM = (190.0, 145.0, 120.0)
"""The field of view in LPS mm: from the diaphragm to the brim of the pelvis."""
# A little under the median in livers of 14 BTCV scans with 0.7 to 0.98 mm pixels, 15 HU.
NOISE_HU = 13.0


@dataclass(frozen=True)
class SyntheticScan:
    """A synthetic CT and its truth, all on one grid.

    Attributes:
        image: int16 HU (k, j, i), modality "CT".
        pancreas: uint8, 1 in the pancreas.
        organs: uint8, values of `Organ` (tissue.py), 0 outside the body.
    """

    image: Volume
    pancreas: Volume
    organs: Volume


def synthetic_ct(
    seed: int = 0,
    spacing_mm: tuple[float, float, float] = (1.0, 1.0, 2.5),
    noise_hu: float = NOISE_HU,
) -> SyntheticScan:
    """Make a synthetic portal-venous CT of the abdomen.

    The anatomy stands in the patient's space: another spacing samples the same anatomy on another
    grid. The grid is axis-aligned (identity direction), 380 x 300 x 240 mm.

    Args:
        seed: another seed is another patient; the same seed the same scan, voxel for voxel.
        spacing_mm: along x (left), y (posterior), z (superior). Tests use (4, 4, 4).
        noise_hu: standard deviation of the scanner's noise.

    Raises:
        ValueError: a spacing that is not positive or the noise negative.
    """
    spacing = np.asarray(spacing_mm, float)
    if spacing.shape != (3,) or not (spacing > 0).all() or noise_hu < 0:
        raise ValueError(f"Cannot make a scan of spacing {spacing_mm} mm and noise {noise_hu} HU.")
    posture = Posture.of_seed(seed)
    axes = [
        np.arange(low, high, step)
        for low, high, step in zip(FIELD_LOW_MM, FIELD_HIGH_MM, spacing, strict=True)
    ]
    points = Points(*(axis / size for axis, size in zip(axes, posture.scale, strict=True)))
    canvas = Canvas(points, edge_mm=float(max(spacing[:2].max(), 0.8)))
    _paint_anatomy(canvas, posture)
    image = scanned(canvas.hu, spacing, noise_hu, posture.random(90))
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = FIELD_LOW_MM
    return SyntheticScan(
        image=Volume(image, affine, "CT"),
        pancreas=Volume((canvas.organs == Organ.PANCREAS).astype(np.uint8), affine),
        organs=Volume(canvas.organs, affine),
    )


def _paint_anatomy(canvas: Canvas, posture: Posture) -> None:
    """Paint from the wall inwards; what is painted later displaces what was there."""
    abdomen = paint_body(canvas, posture)
    paint_muscles(canvas, posture)
    paint_skeleton(canvas, posture)
    paint_small_bowel(canvas, posture)
    paint_liver(canvas, abdomen, posture)
    paint_spleen(canvas, abdomen, posture)
    paint_kidneys(canvas, posture)
    paint_colon(canvas, posture)
    paint_stomach(canvas, posture)
    paint_peripancreatic_fat(canvas, posture)
    paint_duodenum(canvas, posture)
    paint_pancreas(canvas, posture)
    paint_great_vessels(canvas, posture)
    paint_portal_veins(canvas, posture)
