"""Bones: lumbar and lower thoracic vertebrae, ribs, iliac crests."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.phantom import tissue
from PancreasSegLib.phantom.body import CAVITY_LEVELS
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import Displaced, Grown, Intersection
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.shapes import Ellipsoid, HalfSpace, Outline, Shape, Tube
from PancreasSegLib.phantom.texture import Noise, mottled
from PancreasSegLib.phantom.tissue import Organ

SPINE_Y_MM = 30.0
VERTEBRA_STEP_MM = 35.0
BODY_HEIGHT_MM = 26.0
# Middle heights of the vertebral bodies; L2 stands at -18, T10 at 122.
VERTEBRA_HEIGHTS = tuple(-18.0 + VERTEBRA_STEP_MM * n for n in range(-4, 5))
# (height at the spine, how far round the body the bone goes: 1 is the breastbone).
RIBS = ((205, 0.62), (170, 0.62), (135, 0.62), (100, 0.60), (62, 0.58), (26, 0.42), (-6, 0.2))
RIB_DROP_MM = 150.0


def paint_skeleton(canvas: Canvas, posture: Posture) -> None:
    """Paint all bones with cortical shell and trabecular inside."""
    marrow = mottled(tissue.TRABECULAR_BONE, 28, posture.noise(30, 5))
    ripple = posture.noise(31, 14)
    canvas.paint(_column((24, 17, 17), SPINE_Y_MM), tissue.DISC, Organ.BONE)
    for height in VERTEBRA_HEIGHTS:
        _paint_vertebra(canvas, height, marrow, ripple)
    canvas.paint(_column((9.5, 8, 7.5), SPINE_Y_MM + 24), tissue.SPINAL_CANAL, Organ.SPINAL_CANAL)
    for height, length in RIBS:
        for side in (-1, 1):
            _paint_rib(canvas, height, length, side, mottled(230.0, 30, posture.noise(30, 5)))
    for side in (-1, 1):
        crest = Ellipsoid((side * 104, 42, -140), (8, 52, 38), turn=side * 40)
        _paint_bone(canvas, Displaced(crest, ripple, 1.0), marrow, 2.2)


def _column(radii: tuple[float, float, float], y: float) -> Shape:
    width, front, behind = radii
    return Outline(((0, y, width, front, behind),), 2.2)


def _paint_bone(canvas: Canvas, bone: Shape, marrow: Noise, shell_mm: float) -> None:
    canvas.paint(bone, tissue.CORTICAL_BONE, Organ.BONE)
    canvas.paint(Grown(bone, -shell_mm), marrow, Organ.BONE)


def _paint_vertebra(canvas: Canvas, height: float, marrow: Noise, ripple: Noise) -> None:
    half = BODY_HEIGHT_MM / 2
    y = SPINE_Y_MM
    for side in (-1, 1):
        arch = (
            Tube(((side * 14, y + 14, height + 4, 5), (side * 17, y + 28, height, 6))),
            Tube(((side * 16, y + 28, height + 2, 5), (side * 46, y + 33, height + 5, 3))),
            Tube(((side * 17, y + 29, height + 14, 6.5), (side * 16, y + 31, height - 17, 7))),
            Tube(((side * 16, y + 31, height - 4, 4), (0, y + 40, height - 10, 4.5)), (1, 1, 2)),
        )
        for part in arch:
            _paint_bone(canvas, Displaced(part, ripple, 0.8), marrow, 1.8)
    spine = Tube(((0, y + 40, height - 9, 4), (0, y + 64, height - 13, 4.5)), (1, 1, 2.2))
    _paint_bone(canvas, spine, marrow, 1.6)
    body = Intersection(
        (
            Displaced(_column((23, 16.5, 16), y), ripple, 0.6),
            HalfSpace((0, 0, height + half), (0, 0, 1)),
            HalfSpace((0, 0, height - half), (0, 0, -1)),
        )
    )
    canvas.paint(body, 420.0, Organ.BONE)
    canvas.paint(Grown(body, -1.8), marrow, Organ.BONE)


def _paint_rib(canvas: Canvas, height: float, length: float, side: int, marrow: Noise) -> None:
    bone = Tube(_round_the_wall(height, side, np.linspace(0.06, length, 9), 4.3), (1, 1, 1.5))
    _paint_bone(canvas, bone, marrow, 1.5)
    if length > 0.55:
        way = np.linspace(length, length + 0.18, 4)
        knots = _round_the_wall(height, side, way, 4.5, rise=90.0)
        canvas.paint(Tube(knots, (1, 1, 1.4)), tissue.CARTILAGE, Organ.BONE)


def _round_the_wall(
    height: float, side: int, way: np.ndarray, radius: float, rise: float = 0.0
) -> list[tuple[float, float, float, float]]:
    """Knots in the middle of the body wall, from the spine (way 0) to the breastbone (1)."""
    knots = []
    for part in way:
        z = height - RIB_DROP_MM * part**1.2 + rise * (part - way[0])
        _, centre, width, front, behind = (
            float(np.interp(z, [level[0] for level in CAVITY_LEVELS], column))
            for column in zip(*CAVITY_LEVELS, strict=True)
        )
        angle = np.pi * (0.5 - part)
        depth = behind if angle > 0 else front
        x = side * (width + 5) * np.cos(angle) ** 0.87
        y = centre + (depth + 5) * np.sign(angle) * abs(np.sin(angle)) ** 0.87
        knots.append((float(x), float(y), float(z), radius))
    return knots
