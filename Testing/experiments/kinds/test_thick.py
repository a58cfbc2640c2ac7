"""Thick slices are means over their thickness, and lie where these were."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.thick import slice_means, thick_slices

from Testing.experiments.kinds.examinations import with_pancreas_in


def test_slices_of_twice_the_thickness_are_means_of_two() -> None:
    thick = thick_slices(with_pancreas_in(slice(4, 8)), 5.0)

    assert thick is not None
    assert thick.scan.array[:, 0, 0].tolist() == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]
    assert thick.grid.spacing.tolist() == pytest.approx([0.8, 0.8, 5.0])
    assert thick.grid.origin.tolist() == [-20.0, 5.0, -698.75]
    assert (thick.grid.direction == np.eye(3)).all()
    assert np.flatnonzero(thick.reference.array.any(axis=(1, 2))).tolist() == [2, 3]
    assert np.flatnonzero(thick.organs.array.any(axis=(1, 2))).tolist() == [2, 3]


def test_a_part_of_a_slice_counts_as_a_part() -> None:
    slices = np.array([0.0, 3.0, 6.0, 9.0])[:, None, None]

    assert slice_means(slices, 1.5).ravel().tolist() == [1.0, 5.0]


def test_what_half_of_a_thick_slice_holds_is_in_its_reference() -> None:
    thick = thick_slices(with_pancreas_in(slice(5, 8)), 5.0)

    assert thick is not None
    assert np.flatnonzero(thick.reference.array.any(axis=(1, 2))).tolist() == [2, 3]


def test_slices_that_are_so_thick_already_are_not_made_again() -> None:
    assert thick_slices(with_pancreas_in(slice(4, 8)), 2.5) is None
