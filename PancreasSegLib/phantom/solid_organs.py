"""Liver, gallbladder, spleen, kidneys and adrenals.

Positions and sizes: mean boxes and centroids of the organ masks of 14 BTCV scans, in mm from the
aorta at the level of the pancreas, for example left kidney 41 to 102 (x), -2 to 59 (y),
-72 to 24 (z); liver -136 to 56, -99 to 60, -46 to 104; spleen 49 to 140, -12 to 72, -7 to 84.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from PancreasSegLib.phantom import tissue
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import Displaced, Grown, Intersection, Outside, Union
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.shapes import Ellipsoid, Knot, Shape, Tube
from PancreasSegLib.phantom.texture import mottled
from PancreasSegLib.phantom.tissue import Organ


def paint_liver(canvas: Canvas, abdomen: Shape, posture: Posture) -> None:
    """Paint the liver with its vessels and the gallbladder at its lower face."""
    lobes = Union(
        (
            Ellipsoid((-88, -4, 36), (60, 86, 84), turn=10),
            Ellipsoid((-30, -52, 58), (62, 46, 46)),
            Ellipsoid((22, -68, 62), (40, 28, 30)),
        ),
        blend=12,
    )
    # The renal bed: the liver does not reach behind the right kidney.
    renal_bed = Ellipsoid((-54, 60, -24), (48, 50, 64))
    liver = Intersection(
        (Displaced(lobes, posture.noise(40, 45), 3.0), Grown(abdomen, 0.5), Outside(renal_bed))
    )
    flesh = mottled(tissue.LIVER * posture.enhancement, 4, posture.noise(41, 14))
    canvas.paint(liver, flesh, Organ.LIVER)
    portal = tissue.PORTAL_BLOOD * posture.enhancement
    for knots in PORTAL_TREE:
        canvas.paint(Intersection((Tube(knots), liver)), portal, Organ.LIVER)
    for knots in HEPATIC_VEINS:
        vein = tissue.HEPATIC_VEIN * posture.enhancement
        canvas.paint(Intersection((Tube(knots), liver)), vein, Organ.LIVER)
    fissure = Ellipsoid((-14, -72, 26), (2.5, 24, 26), turn=8)
    hilum = Ellipsoid((-34, -27, 24), (20, 8, 11), turn=-15)
    for gap in (fissure, hilum):
        canvas.paint(Displaced(gap, posture.noise(42, 16), 1.5), tissue.VISCERAL_FAT, Organ.FAT)
    _paint_gallbladder(canvas, posture)


def _paint_gallbladder(canvas: Canvas, posture: Posture) -> None:
    bladder = Displaced(
        Tube(((-70, -70, -18, 12), (-66, -58, 0, 14), (-54, -44, 16, 7), (-46, -36, 22, 3))),
        posture.noise(43, 25),
        0.8,
    )
    canvas.paint(Grown(bladder, 1.6), 70.0, Organ.GALLBLADDER)
    canvas.paint(bladder, tissue.BILE, Organ.GALLBLADDER)


def paint_spleen(canvas: Canvas, abdomen: Shape, posture: Posture) -> None:
    """Paint the spleen, a shell of the left upper flank."""
    spleen = Intersection(
        (
            Displaced(Ellipsoid((106, 34, 40), (36, 48, 50), tilt=10), posture.noise(44, 30), 2.0),
            Grown(abdomen, -0.5),
            Outside(Ellipsoid((58, 2, 34), (38, 44, 46))),
        )
    )
    flesh = mottled(tissue.SPLEEN * posture.enhancement, 4, posture.noise(45, 12))
    canvas.paint(spleen, flesh, Organ.SPLEEN)


def paint_kidneys(canvas: Canvas, posture: Posture) -> None:
    """Paint both kidneys in their fat, and the adrenals above them."""
    _paint_kidney(canvas, posture, (71, 30, -18), 1, Organ.LEFT_KIDNEY)
    _paint_kidney(canvas, posture, (-69, 28, -30), -1, Organ.RIGHT_KIDNEY)
    limbs = (
        ((48, 16, 36, 2.5), (42, 8, 26, 3), (46, 18, 16, 2)),
        ((42, 8, 28, 3), (36, 17, 18, 2)),
        ((-28, 14, 40, 2.5), (-27, 12, 30, 3), (-36, 24, 18, 2)),
        ((-27, 12, 30, 3), (-24, 22, 20, 2)),
    )
    for knots in limbs:
        canvas.paint(Tube(knots, (1, 1, 2)), tissue.ADRENAL, Organ.ADRENALS)


def _paint_kidney(canvas: Canvas, posture: Posture, centre: Knot, side: int, organ: Organ) -> None:
    whole = Ellipsoid(centre, (25, 28, 52), turn=side * 30, tilt=side * 10)
    kidney = Displaced(whole, posture.noise(46, 20), 1.2)
    canvas.paint(Grown(whole, 5), tissue.VISCERAL_FAT, Organ.FAT)
    canvas.paint(kidney, tissue.RENAL_CORTEX * posture.enhancement, organ)
    _paint_medulla(canvas, posture, whole, side, organ)
    _paint_renal_sinus(canvas, posture, centre, side)


def _paint_medulla(
    canvas: Canvas, posture: Posture, kidney: Ellipsoid, side: int, organ: Organ
) -> None:
    x, y, z = kidney.centre
    medulla = mottled(tissue.RENAL_MEDULLA * posture.enhancement, 5, posture.noise(47, 8))
    for height in (-36, -24, -12, 0, 12, 24, 36):
        reach = np.sqrt(1 - (height / 56) ** 2)
        for angle in (-70, -25, 20, 65, 110):
            out = np.radians(angle + height)
            pyramid = Ellipsoid(
                (
                    x + side * (16 * np.cos(out) * reach + height * 0.17),
                    y + 18 * np.sin(out) * reach,
                    z + height,
                ),
                (5.5, 5.5, 5.0),
            )
            canvas.paint(Intersection((pyramid, Grown(kidney, -5))), medulla, organ)


def _paint_renal_sinus(canvas: Canvas, posture: Posture, kidney_centre: Knot, side: int) -> None:
    x, y, z = kidney_centre
    sinus = Displaced(
        Union(
            (
                Ellipsoid((x - side * 7, y - 4, z), (10, 9, 30), tilt=side * 10),
                Ellipsoid((x - side * 20, y - 12, z), (13, 8, 14)),
            )
        ),
        posture.noise(48, 12),
        1.8,
    )
    canvas.paint(sinus, tissue.VISCERAL_FAT, Organ.FAT)
    pelvis = Tube(
        (
            (x - side * 6, y - 2, z + 12, 2.5),
            (x - side * 12, y - 3, z - 4, 4),
            (x - side * 26, y - 4, z - 20, 2.5),
            (x - side * 32, y - 2, z - 90, 2),
        )
    )
    canvas.paint(pelvis, tissue.URINE)


PORTAL_TREE: Sequence[Sequence[Knot]] = (
    ((-38, -26, 24, 7), (-52, -24, 34, 6), (-76, -14, 38, 4.5), (-106, 6, 40, 2.5)),
    ((-58, -22, 35, 4.5), (-80, -40, 30, 3.5), (-108, -52, 22, 2)),
    ((-60, -20, 36, 4), (-84, 2, 58, 3.5), (-100, 10, 78, 2)),
    ((-76, -14, 38, 3.5), (-96, 16, 18, 3), (-108, 30, -4, 1.5)),
    ((-40, -28, 28, 5.5), (-22, -40, 44, 5), (-4, -58, 54, 4), (24, -68, 60, 2)),
    ((-20, -42, 45, 3.5), (-34, -68, 58, 2.5), (-50, -84, 62, 1.5)),
    ((-80, -40, 30, 2.5), (-84, -52, 8, 2.5), (-92, -50, -14, 1.5)),
    ((-4, -58, 54, 3), (0, -68, 72, 2.5), (10, -74, 82, 1.5)),
)
HEPATIC_VEINS: Sequence[Sequence[Knot]] = (
    ((-26, 0, 86, 6), (-58, 8, 78, 5), (-92, 14, 58, 3.5), (-114, 20, 30, 2)),
    ((-26, -4, 86, 6), (-46, -32, 76, 4.5), (-70, -54, 56, 3.5), (-84, -66, 36, 2)),
    ((-24, -4, 86, 5.5), (-10, -34, 78, 4), (8, -60, 70, 3), (30, -70, 66, 1.5)),
    ((-58, 8, 78, 3), (-74, -12, 86, 2), (-84, -22, 88, 1.5)),
    ((-70, -54, 56, 2.5), (-98, -44, 48, 1.5)),
)
