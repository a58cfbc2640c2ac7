"""Vessels outside the organs: aorta and its branches, vena cava, portal veins, mesentery."""

from __future__ import annotations

from collections.abc import Sequence

from PancreasSegLib.phantom import tissue
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import Displaced
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.shapes import Knot, Tube
from PancreasSegLib.phantom.texture import Noise, mottled, speckled
from PancreasSegLib.phantom.tissue import Organ

AORTA = ((8, 8, 125, 11.5), (8, 2, 60, 11), (8, 0, 0, 10), (7, 2, -60, 9), (4, 6, -130, 8))
VENA_CAVA = (
    (-24, -6, 110, 13),
    (-25, 0, 60, 12),
    (-23, 4, 10, 11),
    (-21, 6, -40, 10.5),
    (-18, 10, -130, 10),
)
RENAL_VEINS: Sequence[Sequence[Knot]] = (
    ((50, 16, -16, 5), (34, 4, -12, 5), (8, -13, -9, 4), (-14, -2, -10, 5)),
    ((-48, 16, -24, 5), (-36, 10, -20, 5), (-24, 6, -16, 5)),
)
ARTERIES: Sequence[Sequence[Knot]] = (
    ((8, -6, 30, 4), (7, -20, 31, 3.5), (8, -26, 31, 3)),  # coeliac trunk
    ((8, -26, 31, 3), (-8, -30, 28, 2.8), (-24, -34, 26, 2.5), (-36, -34, 30, 2)),  # hepatic
    ((-22, -36, 25, 1.8), (-30, -42, 10, 1.8), (-36, -42, -12, 1.5)),  # gastroduodenal
    ((8, -26, 31, 2), (6, -34, 48, 1.8), (24, -40, 64, 1.2)),  # left gastric
    ((10, -8, -10, 2.8), (30, 6, -14, 2.5), (50, 18, -20, 2.2)),  # left renal
    ((5, -6, -12, 2.8), (-20, 14, -16, 2.5), (-46, 18, -26, 2.2)),  # right renal
    ((8, -7, 14, 4.2), (7, -17, 8, 4), (5, -23, -12, 3.8), (4, -27, -50, 3.2), (-8, -34, -110, 2)),
)
SPLENIC_ARTERY = (
    (8, -26, 31, 2.6),
    (24, -20, 34, 2.5),
    (38, -12, 28, 2.5),
    (54, -8, 34, 2.4),
    (68, 4, 30, 2.2),
    (80, 8, 36, 2),
)
PORTAL_VEIN = (
    (-9, -30, 2, 7),
    (-16, -29, 10, 7),
    (-28, -28, 20, 7),
    (-40, -26, 26, 6.5),
)
SUPERIOR_MESENTERIC_VEIN = (
    (-10, -36, -110, 4),
    (-12, -33, -60, 5),
    (-11, -31, -22, 6),
    (-9, -30, 2, 7),
)
SPLENIC_VEIN = (
    (-9, -30, 3, 6),
    (8, -27, 7, 5),
    (28, -19, 13, 4.8),
    (48, -6, 17, 4.5),
    (66, 6, 22, 4.3),
    (82, 14, 28, 3.5),
)
PORTAL_BRANCHES: Sequence[Sequence[Knot]] = (
    ((20, -22, 10, 2.2), (24, -22, -20, 2), (26, -18, -70, 1.8)),  # inferior mesenteric vein
    ((-12, -33, -24, 2.5), (-20, -44, -28, 2.2), (-16, -62, -32, 1.8)),  # gastrocolic trunk
    ((-14, -30, 12, 2), (-8, -40, 34, 1.8), (10, -50, 50, 1.5)),  # left gastric vein
)


def paint_great_vessels(canvas: Canvas, posture: Posture) -> None:
    """Paint aorta, vena cava, renal vessels and the branches of the aorta."""
    ripple = posture.noise(50, 25)
    upper = tissue.UPPER_CAVAL_BLOOD * posture.enhancement
    cava = Displaced(Tube(VENA_CAVA, (1.1, 0.85, 1)), ripple, 0.8)
    # Renal venous blood has mixed in above the renal veins only.
    mixing = speckled(mottled(upper, 4, ripple), tissue.LOWER_CAVAL_BLOOD, _below(-22), 0.0)
    canvas.paint(cava, mixing, Organ.VENA_CAVA)
    for knots in RENAL_VEINS:
        canvas.paint(Tube(knots), upper, Organ.VENA_CAVA)
    blood = tissue.AORTA * posture.enhancement
    for knots in (*ARTERIES, posture.lifted(SPLENIC_ARTERY)):
        canvas.paint(Tube(knots), blood, Organ.ARTERIES)
    canvas.paint(Displaced(Tube(AORTA), ripple, 0.4), blood, Organ.AORTA)


def paint_portal_veins(canvas: Canvas, posture: Posture) -> None:
    """Paint portal, splenic and superior mesenteric vein with their first branches."""
    blood = tissue.PORTAL_BLOOD * posture.enhancement
    for knots in (*PORTAL_BRANCHES, posture.lifted(SPLENIC_VEIN)):
        canvas.paint(Tube(knots), blood, Organ.PORTAL_VEINS)
    for knots in (SUPERIOR_MESENTERIC_VEIN, PORTAL_VEIN):
        canvas.paint(Displaced(Tube(knots), posture.noise(51, 20), 0.4), blood, Organ.PORTAL_VEINS)


def _below(z: float) -> Noise:
    return lambda points: (z - points.open_mesh[2]).astype("float32") / 16
