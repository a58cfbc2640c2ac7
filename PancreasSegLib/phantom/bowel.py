"""Stomach, duodenum, small bowel with its mesentery, and colon."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.phantom import tissue
from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import Displaced, Grown, Intersection
from PancreasSegLib.phantom.posture import Posture
from PancreasSegLib.phantom.shapes import HalfSpace, Shape, Tube
from PancreasSegLib.phantom.texture import Noise, mottled, speckled
from PancreasSegLib.phantom.tissue import Organ

STOMACH = (
    (66, 2, 88, 21),
    (70, -16, 66, 27),
    (70, -40, 46, 26),
    (54, -62, 30, 22),
    (24, -78, 18, 18),
    (-4, -76, 12, 14),
    (-22, -66, 12, 10),
)
DUODENUM = (
    (-24, -64, 12, 9),
    (-42, -54, 12, 10),
    (-56, -38, 2, 11),
    (-57, -26, -20, 11.5),
    (-48, -15, -44, 11),
    (-24, -12, -55, 10),
    (8, -15, -52, 8),
    (30, -16, -40, 10),
    (38, -26, -18, 10),
    (44, -42, -16, 10),
)
RIGHT_COLON = (
    (-96, 8, -130, 22),
    (-98, -4, -90, 21),
    (-96, -22, -58, 20),
    (-84, -50, -40, 18),
    (-60, -74, -44, 17),
    (-20, -82, -56, 17),
    (24, -84, -54, 16),
    (64, -78, -34, 16),
    (96, -50, -2, 16),
    (110, -22, 14, 15),
)
LEFT_COLON = ((110, -20, 12, 15), (112, 4, -12, 14), (110, 14, -60, 13), (104, 14, -130, 13))
# Boxes (low x y z, high x y z) that the loops of small bowel lie in.
JEJUNUM_BED = ((26, -80, -122), (96, -10, -6))
ILEUM_BED = ((-72, -76, -122), (40, -36, -52))
LOOPS = (34, 26)


def paint_stomach(canvas: Canvas, posture: Posture) -> None:
    """Paint the stomach: wall, fluid with food, gas above a level."""
    stomach = Displaced(Tube(STOMACH), posture.noise(70, 40), 2.5)
    canvas.paint(Grown(stomach, 3), tissue.VISCERAL_FAT, Organ.FAT)
    canvas.paint(stomach, tissue.STOMACH_WALL, Organ.STOMACH)
    lumen = Displaced(Grown(stomach, -4.5), posture.noise(71, 12), 0.8)
    food = speckled(
        mottled(tissue.WATER + 12, 8, posture.noise(72, 14)), 60.0, posture.noise(73, 9), 1.2
    )
    canvas.paint(lumen, food, Organ.STOMACH)
    level = HalfSpace((0, posture.stomach_gas_level, 0), (0, 1, 0))
    canvas.paint(Intersection((lumen, level)), tissue.GAS, Organ.STOMACH)


def paint_duodenum(canvas: Canvas, posture: Posture) -> None:
    """Paint the duodenal loop round the head of the pancreas."""
    duodenum = Displaced(Tube(DUODENUM), posture.noise(74, 18), 1.0)
    _paint_loop(canvas, duodenum, 2.6, _folds(posture, 30.0), Organ.DUODENUM)
    bulb = HalfSpace((0, -58, 0), (0, 1, 0))
    gas = Intersection((Grown(duodenum, -3.2), bulb))
    canvas.paint(gas, tissue.GAS, Organ.DUODENUM)


def paint_small_bowel(canvas: Canvas, posture: Posture) -> None:
    """Paint loops of jejunum (left) and ileum (below), and the vessels that feed them."""
    rng = posture.random(75)
    vessel = tissue.PORTAL_BLOOD * posture.enhancement
    for bed, count, folded in zip((JEJUNUM_BED, ILEUM_BED), LOOPS, (35.0, 22.0), strict=True):
        for knots in _placed_loops(rng, bed, count):
            loop = Displaced(Tube(knots), posture.noise(76, 16), 1.2)
            _paint_loop(canvas, loop, 2.4, _folds(posture, folded), Organ.SMALL_BOWEL)
            if rng.random() < 0.2:
                top = HalfSpace((0, knots[1][1] - 4, 0), (0, 1, 0))
                bubble = Intersection((Grown(loop, -3), top))
                canvas.paint(bubble, tissue.GAS, Organ.SMALL_BOWEL)
            for branch in _feeding_vessels(rng, knots):
                canvas.paint(Tube(branch), vessel, Organ.ARTERIES)


def paint_colon(canvas: Canvas, posture: Posture) -> None:
    """Paint the colon: haustra, stool in the right half, gas and stool in the left."""
    stool = speckled(
        mottled(tissue.STOOL, 40, posture.noise(77, 9)), -500.0, posture.noise(78, 7), 1.2
    )
    for knots, level in ((RIGHT_COLON, -84.0), (LEFT_COLON, -6.0)):
        colon = Displaced(_haustra(knots), posture.noise(79, 22), 1.5)
        canvas.paint(Grown(colon, 2), tissue.VISCERAL_FAT, Organ.FAT)
        canvas.paint(colon, tissue.COLON_WALL, Organ.COLON)
        canvas.paint(Grown(colon, -2.4), stool, Organ.COLON)
        gas = Intersection((Grown(colon, -2.6), HalfSpace((0, level, 0), (0, 1, 0))))
        canvas.paint(gas, tissue.GAS, Organ.COLON)


def _paint_loop(canvas: Canvas, loop: Shape, wall_mm: float, content: Noise, organ: Organ) -> None:
    canvas.paint(Grown(loop, 1.5), tissue.VISCERAL_FAT, Organ.FAT)
    canvas.paint(loop, tissue.BOWEL_WALL, organ)
    canvas.paint(Grown(loop, -wall_mm), content, organ)


def _folds(posture: Posture, sd: float) -> Noise:
    return mottled(tissue.CHYME + 10, sd * 0.6, posture.noise(80, 6))


def _haustra(knots: tuple[tuple[float, ...], ...]) -> Tube:
    """The tube through `knots`, pinched about every 3 cm."""
    fine = Tube(knots, step_mm=14.0).path()
    fine[1::2, 3] *= 0.8
    return Tube([tuple(row) for row in fine])


def _placed_loops(
    rng: np.random.Generator, bed: tuple[tuple[float, ...], tuple[float, ...]], count: int
) -> list[list[tuple[float, ...]]]:
    """Bent sausages in a box, thrown at random and kept where they keep their distance."""
    loops: list[list[tuple[float, ...]]] = []
    taken = np.empty((0, 3))
    for _ in range(60 * count):
        if len(loops) == count:
            break
        middle = rng.uniform(*bed)
        radius = rng.uniform(9, 12.5)
        along = rng.normal(size=3) * (1, 0.8, 0.5)
        along *= rng.uniform(18, 30) / np.linalg.norm(along)
        bend = rng.normal(0, 8, 3)
        path = np.array([middle - along, middle + bend, middle + along])
        inside = ((path > np.array(bed[0]) - 8) & (path < np.array(bed[1]) + 8)).all()
        gaps = np.linalg.norm(taken[:, None] - path[None], axis=-1)
        if inside and (gaps > 1.6 * radius).all():
            taken = np.vstack([taken, path])
            loops.append([(*point, radius) for point in path])
    return loops


def _feeding_vessels(
    rng: np.random.Generator, loop: list[tuple[float, ...]]
) -> list[list[tuple[float, ...]]]:
    """A few thin vessels from the root of the mesentery to a loop."""
    branches = []
    for point in loop[::2]:
        end = np.array(point[:3])
        root = np.array((-2.0, -32.0, min(-18.0, 0.6 * end[2])))
        middle = (root + end) / 2 + rng.normal(0, 7, 3)
        toward = end + (root - end) * point[3] / max(np.linalg.norm(root - end), 1.0)
        branches.append([(*root, 1.8), (*middle, 1.5), (*toward, 1.0)])
    return branches
