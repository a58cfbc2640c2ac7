"""The body wall: skin, subcutaneous fat, muscles, the abdominal cavity, diaphragm and lungs."""

from __future__ import annotations

from PancreasSegLib.phantom import tissue
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import (
    Displaced,
    Grown,
    Intersection,
    Outside,
    Remembered,
    Union,
)
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.shapes import Ellipsoid, HalfSpace, Outline, Shape, Tube
from PancreasSegLib.phantom.texture import mottled, speckled
from PancreasSegLib.phantom.tissue import Organ

# (z, centre y, half width, half depth in front, half depth behind) in mm. The mean body of the
# BTCV scans is 332 mm wide and 248 mm deep at the level of the pancreas.
SKIN_LEVELS = (
    (-125, -4, 172, 112, 118),
    (-60, -4, 162, 114, 120),
    (0, -4, 161, 118, 121),
    (60, -4, 164, 120, 120),
    (115, -4, 166, 116, 118),
)
CAVITY_LEVELS = (
    (-125, -10, 128, 76, 78),
    (-60, -10, 126, 80, 82),
    (0, -10, 132, 88, 86),
    (60, -10, 137, 94, 88),
    (115, -8, 130, 90, 88),
)
WALL_MM = 12.0
TABLE_Y_MM = 133.0


def paint_body(canvas: Canvas, posture: Posture) -> Shape:
    """Paint the wall and an abdomen full of fat; the answer is the abdominal cavity's shape.

    Organs are cut to that shape: it ends at the diaphragm.
    """
    cavity = Remembered(
        Displaced(Outline(CAVITY_LEVELS, 2.3), posture.noise(10, 70), 1.5), canvas.points
    )
    _paint_fat_and_table(canvas, posture)
    _paint_muscle_wall(canvas, cavity, posture)
    abdomen = Remembered(_below_diaphragm(cavity, posture), canvas.points)
    lung_vessels = speckled(
        mottled(tissue.LUNG, 25, posture.noise(12, 12)), -100.0, posture.noise(13, 9), 2.3
    )
    thorax = Intersection((cavity, HalfSpace((0, 0, 0), (0, 0, -1))))
    canvas.paint(thorax, lung_vessels, Organ.LUNG)
    canvas.paint(Grown(abdomen, 2.5), tissue.MUSCLE, Organ.MUSCLE)
    fat = mottled(tissue.VISCERAL_FAT, 5, posture.noise(14, 16))
    canvas.paint(abdomen, speckled(fat, 0.0, posture.noise(15, 6), 2.0), Organ.FAT)
    heart = Ellipsoid((28, -52, 124), (58, 42, 26), turn=-20)
    canvas.paint(Intersection((heart, Outside(Grown(abdomen, 3)))), tissue.HEART, Organ.HEART)
    return abdomen


def paint_muscles(canvas: Canvas, posture: Posture) -> None:
    """Muscles behind the cavity: psoas, quadratus lumborum, erector spinae, crura."""
    flesh = speckled(
        mottled(tissue.MUSCLE, 5, posture.noise(20, 10)), -50.0, posture.noise(21, 7), 1.7
    )
    ripple = posture.noise(22, 18)
    for side in (-1, 1):
        psoas = Tube(
            (
                (side * 22, 32, 22, 6),
                (side * 30, 34, -20, 13),
                (side * 38, 32, -70, 19),
                (side * 46, 24, -130, 22),
            )
        )
        quadratus = Tube(((side * 52, 56, 15, 8), (side * 66, 58, -120, 14)), (1.5, 0.8, 1))
        erector = Tube(((side * 34, 80, 130, 16), (side * 36, 80, -130, 17)), (1.9, 1.1, 1))
        crus = Tube(
            ((side * 20 + 4, 4, 60, 4), (side * 18 + 5, 9, 25, 4.5), (side * 14 + 6, 15, -20, 2.5)),
            (1, 1.8, 1),
        )
        sheath = Grown(Displaced(erector, ripple, 1.2), 1)
        canvas.paint(sheath, tissue.VISCERAL_FAT, Organ.FAT)
        for muscle in (erector, quadratus, psoas, crus):
            canvas.paint(Displaced(muscle, ripple, 1.2), flesh, Organ.MUSCLE)


def _paint_fat_and_table(canvas: Canvas, posture: Posture) -> None:
    table = Outline(((-200, TABLE_Y_MM - 190, 260, 200, 200),), 2.0)
    under = Intersection((table, Outside(Grown(table, -2)), HalfSpace((0, 100, 0), (0, -1, 0))))
    canvas.paint(under, -300.0)
    outline = Displaced(Outline(SKIN_LEVELS, 2.25), posture.noise(11, 90), 2.0)
    skin = Remembered(outline, canvas.points)
    canvas.paint(skin, tissue.SKIN, Organ.SKIN)
    fat = mottled(tissue.SUBCUTANEOUS_FAT, 4, posture.noise(16, 20))
    septa = speckled(fat, -30.0, posture.noise(17, 7), 2.1)
    canvas.paint(Grown(skin, -1.8), septa, Organ.FAT)


def _paint_muscle_wall(canvas: Canvas, cavity: Shape, posture: Posture) -> None:
    flesh = speckled(
        mottled(tissue.MUSCLE, 5, posture.noise(23, 9)), -60.0, posture.noise(24, 8), 1.9
    )
    canvas.paint(Grown(cavity, WALL_MM), flesh, Organ.MUSCLE)
    # Fat planes between the three oblique muscles of the flanks.
    for depth in (4.2, 8.0):
        for side in (-1, 1):
            plane = Intersection(
                (
                    Grown(cavity, depth + 0.5),
                    Outside(Grown(cavity, depth - 0.5)),
                    HalfSpace((side * 88, 0, 0), (-side, 0, 0)),
                    HalfSpace((0, 0, 5), (0, 0, 1)),
                )
            )
            canvas.paint(plane, -40.0)
    # The linea alba and the semilunar lines, where the wall is thin.
    for x in (-74, 0, 74):
        groove = Ellipsoid((x, -104 + abs(x) * 0.15, -20), (2.5, 7, 130))
        canvas.paint(groove, tissue.SUBCUTANEOUS_FAT, Organ.FAT)
    canvas.paint(Grown(cavity, 2.2), tissue.MUSCLE, Organ.MUSCLE)


def _below_diaphragm(cavity: Shape, posture: Posture) -> Shape:
    domes = Union(
        (
            Ellipsoid((-60, -16, 0), (82, 98, 106)),
            Ellipsoid((62, -12, 0), (80, 94, 94)),
            Ellipsoid((0, -30, 0), (90, 80, 92)),
        ),
        blend=10,
    )
    low = HalfSpace((0, 0, 0), (0, 0, 1))
    return Intersection((cavity, Union((low, Displaced(domes, posture.noise(18, 60), 1.5)))))
