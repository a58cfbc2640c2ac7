import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Grid
from PancreasSegLib.volume.patient_box import PatientBox


def test_the_box_of_a_grid_reaches_to_the_outer_faces_of_its_voxels() -> None:
    affine = np.diag([2.0, -1.0, 3.0, 1.0])
    affine[:3, 3] = (10.0, 20.0, 30.0)
    box = PatientBox.of_grid(Grid((2, 3, 4), affine))
    assert box == PatientBox((9.0, 17.5, 28.5), (17.0, 20.5, 34.5))


def test_a_box_around_points_has_its_margin_on_both_sides() -> None:
    box = PatientBox.around(np.array([[1.0, 5.0, -2.0], [3.0, 4.0, 6.0]]), (1.0, 0.0, 10.0))

    assert box == PatientBox((0.0, 4.0, -12.0), (4.0, 5.0, 16.0))
    assert box.extent.tolist() == [4.0, 1.0, 28.0]
    assert {tuple(corner) for corner in box.corners} >= {(0.0, 4.0, -12.0), (4.0, 5.0, 16.0)}
    assert len(box.corners) == 8


def test_boxes_overlap_in_what_both_hold() -> None:
    box = PatientBox((0.0, 0.0, 0.0), (10.0, 10.0, 10.0))
    other = PatientBox((5.0, -5.0, 2.0), (20.0, 5.0, 8.0))
    assert box.overlap(other) == PatientBox((5.0, 0.0, 2.0), (10.0, 5.0, 8.0))
    assert box.overlap(PatientBox((10.0, 0.0, 0.0), (11.0, 1.0, 1.0))) is None


def test_a_box_grows_about_its_centre_to_a_least_size() -> None:
    box = PatientBox((0.0, 0.0, 0.0), (10.0, 20.0, 30.0))
    assert box.at_least((20.0, 20.0, 10.0)) == PatientBox((-5.0, 0.0, 0.0), (15.0, 20.0, 30.0))


def test_a_box_of_numpy_numbers_holds_plain_ones() -> None:
    zero, one = np.float64(0), np.float64(1)
    box = PatientBox((zero, zero, zero), (one, one, one))
    assert repr(box) == "PatientBox(low=(0.0, 0.0, 0.0), high=(1.0, 1.0, 1.0))"


@pytest.mark.parametrize("high", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, float("nan"))])
def test_corners_that_make_no_box_are_refused(high: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="is not a box; give its low corner and its high corner"):
        PatientBox((0.0, 0.0, 0.0), high)


def test_the_distance_of_boxes_is_the_shortest_way_between_them() -> None:
    box = PatientBox((0, 0, 0), (10, 10, 10))
    assert box.distance_mm(PatientBox((13, 14, 0), (20, 20, 5))) == 5.0
    assert box.distance_mm(PatientBox((5, 5, 5), (20, 20, 20))) == 0.0


def test_a_box_holds_what_reaches_out_of_it_nowhere_or_not_far() -> None:
    box = PatientBox((0.0, 0.0, 0.0), (10.0, 10.0, 10.0))
    assert box.holds(PatientBox((0.0, 2.0, 3.0), (10.0, 5.0, 9.0)))
    assert not box.holds(PatientBox((-1.0, 2.0, 3.0), (10.0, 5.0, 9.0)))
    assert not box.holds(PatientBox((0.0, 2.0, 3.0), (10.0, 5.0, 11.0)))
    assert box.holds(PatientBox((-1.0, 2.0, 3.0), (10.0, 5.0, 11.0)), beyond_mm=1.0)
