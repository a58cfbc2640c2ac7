"""The patient moves, and the reference with them; the field of view stays."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.examination import Examination
from kinds.position import prone, rolled, shifted

from PancreasSegLib.phantom.tissue import Organ
from Testing.experiments.kinds.examinations import of_arrays

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])


def with_pancreas_at(row: int, column: int) -> Examination:
    """Two slices of 11 x 11 voxels; the pancreas is one voxel of each, 100 HU in air."""
    reference = np.zeros((2, 11, 11))
    reference[:, row, column] = 1
    return of_arrays(-1000 + 1100 * reference, reference, 6 * reference, AFFINE)


def places(examination: Examination) -> list[list[int]]:
    """Row and column of the pancreas in the first slice, by reference, organs and grey values."""
    arrays = (examination.reference.array, examination.organs.array == 6)
    found = [np.argwhere(array[0])[0].tolist() for array in arrays]
    brightest = np.unravel_index(examination.scan.array[0].argmax(), (11, 11))
    return [*found, [int(index) for index in brightest]]


def test_a_shift_to_the_left_and_back_moves_all_three() -> None:
    examination = with_pancreas_at(row=4, column=3)

    moved = shifted(examination, (4.0, 2.0, 0.0))

    assert places(moved) == [[5, 5]] * 3
    assert moved.grid.is_same_as(examination.grid)
    assert moved.scan.array[0, 5, 5] == pytest.approx(100)
    assert moved.scan.array[0, 0, 0] == -1000


def test_what_is_shifted_out_of_the_field_of_view_is_lost() -> None:
    assert not shifted(with_pancreas_at(4, 9), (8.0, 0.0, 0.0)).reference.array.any()


def test_a_roll_turns_the_left_side_down() -> None:
    on_the_left = with_pancreas_at(row=5, column=9)

    assert places(rolled(on_the_left, 90.0)) == [[9, 5]] * 3


def test_half_a_turn_is_the_other_way_round() -> None:
    assert places(rolled(with_pancreas_at(row=2, column=4), 180.0)) == [[8, 6]] * 3


def test_prone_the_gas_of_the_stomach_rises_to_the_back_and_the_belly_is_flat(
    examination: Examination,
) -> None:
    turned = prone(examination)

    assert gas_height(examination) < -2
    assert gas_height(turned) > 2
    assert extent(turned, 1) < extent(examination, 1)
    assert extent(turned, 2) > extent(examination, 2)
    assert turned.grid.is_same_as(examination.grid)
    volume = turned.reference.array.sum() / examination.reference.array.sum()
    assert volume == pytest.approx(1.05 * 0.9, abs=0.03)


def gas_height(examination: Examination) -> float:
    """How far gas lies behind the stomach's middle, in its slice with most gas, in voxels."""
    stomach = examination.organs.array == Organ.STOMACH
    gas = stomach & (examination.scan.array < -500)
    k = int(gas.sum(axis=(1, 2)).argmax())
    return float(np.nonzero(gas[k])[0].mean() - np.nonzero(stomach[k])[0].mean())


def extent(examination: Examination, axis: int) -> int:
    body = examination.scan.array > -300
    return int(np.ptp(np.flatnonzero(body.any(axis=tuple({0, 1, 2} - {axis})))))
