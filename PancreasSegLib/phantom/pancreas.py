"""The pancreas: head in the duodenal loop, neck before the portal vein, body, tail to the spleen.

Mean box of 14 BTCV masks, in mm from the aorta: x -38 to 85, y -55 to 10, z -45 to 34; 80 ± 19 ml.
"""

from __future__ import annotations

from PancreasSegLib.phantom import tissue
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import Displaced, Grown, Union
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.shapes import Ellipsoid, Shape, Tube
from PancreasSegLib.phantom.texture import mottled, speckled
from PancreasSegLib.phantom.tissue import Organ

# (x, y, z, half thickness); the gland is STRETCH times as high as thick.
NECK_BODY_TAIL = (
    (-26, -34, -8, 10),
    (-10, -43, -2, 9),
    (8, -43, 4, 10.5),
    (26, -33, 10, 11),
    (44, -20, 15, 11),
    (60, -7, 20, 11),
    (74, 1, 25, 10.5),
    (84, 6, 29, 8),
)
STRETCH = (1.0, 1.0, 1.35)
HEAD = Ellipsoid((-28, -29, -16), (13.5, 15, 26), turn=-15)
LOWER_HEAD = Ellipsoid((-27, -24, -32), (13, 11, 14))
UNCINATE = Ellipsoid((-15, -18, -24), (15, 6.5, 13), turn=-8)
FAT_SLEEVE_MM = 4.0
# Size and depth of the lobules and of the fat clefts between them: chosen so that networks that
# have seen real scans only take this texture for pancreas (coarser and smoother ones they doubt).
LOBULE_MM = 5.5
LOBULE_DEPTH_MM = 0.9
CLEFT_MM = 4.5
CLEFT_THRESHOLD = 1.5
CLEFT_HU = 0.0


def pancreas_shape(posture: Posture) -> Shape:
    """The outline of the gland, lobulated."""
    girth = posture.pancreas_girth
    ribbon = [(x, y, z, r * girth) for x, y, z, r in posture.lifted(NECK_BODY_TAIL)]
    gland = Union((Tube(ribbon, STRETCH), HEAD, LOWER_HEAD, UNCINATE), blend=6)
    undulating = Displaced(gland, posture.noise(60, 28), 1.2)
    return Displaced(undulating, posture.noise(61, LOBULE_MM), LOBULE_DEPTH_MM)


def paint_peripancreatic_fat(canvas: Canvas, posture: Posture) -> None:
    """Clear the gland's bed: fat parts it from bowel and stomach."""
    fat = mottled(tissue.VISCERAL_FAT, 5, posture.noise(62, 14))
    canvas.paint(Grown(pancreas_shape(posture), FAT_SLEEVE_MM), fat, Organ.FAT)


def paint_pancreas(canvas: Canvas, posture: Posture) -> None:
    """Paint the gland: lobules, fat between them, bile duct in the head."""
    flesh = mottled(tissue.PANCREAS * posture.enhancement, 6, posture.noise(63, 7))
    lobules = speckled(flesh, CLEFT_HU, posture.noise(64, CLEFT_MM), CLEFT_THRESHOLD)
    canvas.paint(pancreas_shape(posture), lobules, Organ.PANCREAS)
    bile_duct = Tube(((-44, -30, 26, 3), (-38, -24, 6, 2.6), (-38, -22, -20, 2.2)))
    canvas.paint(bile_duct, tissue.BILE + 15)
