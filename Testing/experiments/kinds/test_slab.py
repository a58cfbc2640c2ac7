"""Slabs hold what they are said to hold, where it was in the patient."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.examination import Examination
from kinds.slab import Side, half_slab, tight_slab, whole_slab

from PancreasSegLib.volume import Volume
from Testing.experiments.kinds.examinations import AFFINE, with_pancreas_in


def slices_of(slab: Examination | None) -> list[int]:
    """Their numbers in the whole scan, read off the grey values."""
    assert slab is not None
    return slab.scan.array[:, 0, 0].astype(int).tolist()


def test_a_tight_slab_is_the_pancreas_and_lies_where_it_was() -> None:
    slab = tight_slab(with_pancreas_in(slice(4, 8)))

    assert slab is not None and slices_of(slab) == [4, 5, 6, 7]
    assert slab.reference.array.any(axis=(1, 2)).all()
    assert slab.grid.origin.tolist() == [-20.0, 5.0, -690.0]
    assert slab.grid.spacing.tolist() == pytest.approx([0.8, 0.8, 2.5])
    assert (slab.grid.direction == np.eye(3)).all()
    assert slab.scan.modality == "CT"


@pytest.mark.parametrize(
    ("rest", "slices"), [("above", [4, 5, 6, 7, 8]), ("below", [3, 4, 5, 6, 7])]
)
def test_the_rest_of_a_slab_lies_above_or_below_the_pancreas(rest: Side, slices: list[int]) -> None:
    assert slices_of(whole_slab(with_pancreas_in(slice(4, 8)), 5, rest)) == slices


def test_there_is_no_slab_with_the_whole_pancreas_where_it_has_more_slices() -> None:
    assert whole_slab(with_pancreas_in(slice(4, 8)), 3, "above") is None


def test_there_is_no_slab_beyond_the_end_of_the_scan() -> None:
    assert whole_slab(with_pancreas_in(slice(4, 8)), 9, "above") is None
    assert whole_slab(with_pancreas_in(slice(4, 8)), 9, "below") is None
    assert half_slab(with_pancreas_in(slice(4, 8)), 11, "above") is None


def test_half_slabs_part_the_pancreas_between_them() -> None:
    examination = with_pancreas_in(slice(4, 8))

    upper, lower = (half_slab(examination, 3, half) for half in ("above", "below"))

    assert upper is not None and lower is not None
    assert slices_of(lower) == [3, 4, 5]
    assert slices_of(upper) == [6, 7, 8]
    whole = int(examination.reference.array.sum())
    assert upper.reference.array.sum() == lower.reference.array.sum() == whole / 2


def test_above_is_towards_the_head_however_the_scan_is_stored() -> None:
    upright = with_pancreas_in(slice(4, 8))
    downwards = AFFINE @ np.diag([1.0, 1.0, -1.0, 1.0])
    downwards[2, 3] = -700.0 + 11 * 2.5
    volumes = (upright.scan, upright.reference, upright.organs)
    stored = Examination.upright(*(Volume(each.array[::-1], downwards) for each in volumes))

    slab = whole_slab(stored, 5, "above")

    assert slices_of(slab) == [4, 5, 6, 7, 8]
    assert slab is not None and slab.grid.origin.tolist() == [-20.0, 5.0, -690.0]
