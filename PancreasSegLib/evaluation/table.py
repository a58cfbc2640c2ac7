"""An evaluation as plain text for the terminal."""

from __future__ import annotations

import math

from PancreasSegLib.evaluation.evaluation import Evaluation, SliceOverlap


def case_table(evaluation: Evaluation) -> str:
    """One metric a line with its unit, and a note on how the grids were brought together."""
    rows = [
        ("Dice (DSC)", _number(evaluation.dice, 3), ""),
        ("Jaccard (JI)", _number(evaluation.jaccard, 3), ""),
        ("Precision", _number(evaluation.precision, 3), ""),
        ("Recall", _number(evaluation.recall, 3), ""),
        ("Surface DSC at 2 mm", _number(evaluation.surface_dice_2mm, 3), ""),
        ("95 % Hausdorff distance", _number(evaluation.hd95_mm, 2), "mm"),
        ("Average surface distance", _number(evaluation.average_surface_distance_mm, 2), "mm"),
        ("Volume of the mask", _number(evaluation.mask_ml, 1), "ml"),
        ("Volume of the reference", _number(evaluation.reference_ml, 1), "ml"),
        ("Volume difference", f"{evaluation.volume_difference_ml:+z.1f}", "ml"),
        ("Volume difference", _signed(evaluation.volume_difference_percent), "%"),
    ]
    lines = [f"{name:<26}{value:>9} {unit}".rstrip() for name, value, unit in rows]
    return "\n".join(lines + _notes(evaluation))


def slice_table(evaluation: Evaluation) -> str:
    """One slice a line: its number k from 0, DSC, JI and the voxels of both masks."""
    lines = [f"{'slice':>5}{'DSC':>8}{'JI':>8}{'mask':>9}{'reference':>11}"]
    return "\n".join(lines + [_slice_row(one) for one in evaluation.slices])


def _slice_row(one: SliceOverlap) -> str:
    overlap = f"{one.k:>5}{one.dice:>8.3f}{one.jaccard:>8.3f}"
    return f"{overlap}{one.mask_voxels:>9}{one.reference_voxels:>11}"


def _notes(evaluation: Evaluation) -> list[str]:
    notes = []
    if evaluation.resampled:
        notes.append("The reference was brought to the mask's grid by nearest neighbour.")
    if evaluation.reference_outside_percent > 0:
        notes.append(
            f"{evaluation.reference_outside_percent:.1f} % of the reference lies outside the "
            "mask's field of view and was not compared."
        )
    return notes


def _number(value: float, decimals: int) -> str:
    return "undefined" if math.isnan(value) else f"{value:.{decimals}f}"


def _signed(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:+z.1f}"
