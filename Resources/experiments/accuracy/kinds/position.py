"""The patient lies otherwise: aside in the field of view, rolled, prone."""

from __future__ import annotations

import numpy as np

from kinds.examination import Examination
from PancreasSegLib.phantom.tissue import Organ
from PancreasSegLib.volume import Grid, Volume, resample, resample_mask

PRONE_SQUEEZE = (1.05, 0.9, 1.0)
"""Along x, y, z: the belly is pressed flat by the table."""


def shifted(examination: Examination, shift_mm: tuple[float, float, float]) -> Examination:
    """The patient moved by (x, y, z) mm, LPS; what leaves the field of view is lost."""
    matrix = np.eye(4)
    matrix[:3, 3] = shift_mm
    return moved(examination, matrix)


def rolled(examination: Examination, degrees: float) -> Examination:
    """The patient turned about the field of view's own long axis: above 0, its left side down."""
    angle = np.deg2rad(degrees)
    turn = np.eye(3)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return moved(examination, _about_centre(turn, examination.grid))


def prone(examination: Examination) -> Examination:
    """Belly down, in a file that says so: the stomach's content turned over, the belly flattened.

    Organs that slide, and bowel, stay where they are: their labels are not at hand.
    """
    turned = examination.with_scan(_turned_over(examination))
    return moved(turned, _about_centre(np.diag(PRONE_SQUEEZE), examination.grid))


def moved(examination: Examination, matrix: np.ndarray) -> Examination:
    """The patient moved by `matrix` (4, 4), LPS mm to LPS mm, on the same grid.

    Beyond what was scanned there is the scan's lowest value. Of the reference a voxel has what
    fills half of it or more, of the organs the label at its centre.
    """
    grid = examination.grid
    scan, reference, organs = examination.scan, examination.reference, examination.organs
    share = resample(_placed(reference, matrix), grid, outside=0.0).array
    return Examination(
        resample(_placed(scan, matrix), grid, outside=float(scan.array.min())),
        reference.with_array((share >= 0.5).astype(np.uint8)),
        resample_mask(_placed(organs, matrix), grid),
    )


def _placed(volume: Volume, matrix: np.ndarray) -> Volume:
    return Volume(volume.array, matrix @ volume.affine, volume.modality)


def _about_centre(linear: np.ndarray, grid: Grid) -> np.ndarray:
    """(4, 4): `linear` (3, 3), with the centre of the field of view staying where it is."""
    centre = grid.corners().mean(axis=0)
    matrix = np.eye(4)
    matrix[:3, :3] = linear
    matrix[:3, 3] = centre - linear @ centre
    return matrix


def _turned_over(examination: Examination) -> np.ndarray:
    """The scan with the stomach's grey values of each slice in reverse: front to back."""
    array = examination.scan.array.copy()
    stomach = examination.organs.array == Organ.STOMACH
    for plane, inside in zip(array, stomach, strict=True):
        plane[inside] = plane[inside][::-1]  # row by row, from front to back
    return array
