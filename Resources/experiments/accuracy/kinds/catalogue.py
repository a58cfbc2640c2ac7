"""All kinds of scan, by the name that the table has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kinds.arms import arms_down
from kinds.contrast import EARLY_ARTERIAL, NATIVE, in_phase
from kinds.dose import half_dose
from kinds.examination import Examination
from kinds.position import prone, rolled, shifted
from kinds.slab import Side, half_slab, tight_slab, whole_slab
from kinds.thick import thick_slices

Kind = Callable[[Examination], Examination | None]

HALVES: tuple[tuple[str, Side], ...] = (("up", "above"), ("down", "below"))

WHOLE = "whole scan"
"""What all others are compared with."""

KINDS: dict[str, Kind] = {
    WHOLE: lambda examination: examination,
    "slab: the pancreas's slices, no others": tight_slab,
    **{
        f"slab: {slices} slices with the whole pancreas, the rest {rest} it": partial(
            whole_slab, slices=slices, rest=rest
        )
        for slices in (20, 30)  # in 11 slices no pancreas of the 14 scans has room
        for rest in ("above", "below")
    },
    **{
        f"slab: {slices} slices {way} from the pancreas's middle": partial(
            half_slab, slices=slices, half=half
        )
        for slices in (11, 20, 30)
        for way, half in HALVES
    },
    **{
        f"slices of {thickness_mm} mm": partial(thick_slices, thickness_mm=thickness_mm)
        for thickness_mm in (5, 7, 10)
    },
    "half the dose": half_dose,
    "contrast as in a native scan": partial(in_phase, phase=NATIVE),
    "contrast as in an early arterial phase": partial(in_phase, phase=EARLY_ARTERIAL),
    "shifted by 40 mm to the left and 30 mm back": partial(shifted, shift_mm=(40.0, 30.0, 0.0)),
    "shifted by 60 mm to the right": partial(shifted, shift_mm=(-60.0, 0.0, 0.0)),
    "rolled by 15 degrees": partial(rolled, degrees=15.0),
    "rolled by -15 degrees": partial(rolled, degrees=-15.0),
    "rolled by 30 degrees": partial(rolled, degrees=30.0),
    "arms down": arms_down,
    "prone": prone,
    "prone, and the file says supine": partial(rolled, degrees=180.0),
}
"""Each gives another examination of the same patient, or None where the scan does not allow it."""
