import itertools

import numpy as np
import pytest

from PancreasSegLib.rendering.planes import Plane, Region, axial_planes
from PancreasSegLib.volume.grid import Grid

REGION = Region(np.array([-100.0, -60.0, 500.0]), np.array([100.0, 60.0, 620.0]))


def corner_points(plane: Plane) -> tuple[list[float], list[float], list[float]]:
    """World places of the first pixel, of one pixel to the right, of one pixel down."""
    first, right, down = plane.grid(REGION, 2.0).to_world(
        np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    )
    return first.tolist(), (right - first).tolist(), (down - first).tolist()


def test_an_axial_plane_has_the_patients_right_at_the_left_and_anterior_at_the_top() -> None:
    first, right, down = corner_points(Plane("axial", 550))
    assert first == [-100, -60, 550]
    assert right == [2, 0, 0]
    assert down == [0, 2, 0]


def test_a_coronal_plane_has_the_patients_right_at_the_left_and_the_head_at_the_top() -> None:
    first, right, down = corner_points(Plane("coronal", 10))
    assert first == [-100, 10, 620]
    assert right == [2, 0, 0]
    assert down == [0, 0, -2]


def test_a_sagittal_plane_has_anterior_at_the_left_and_the_head_at_the_top() -> None:
    first, right, down = corner_points(Plane("sagittal", -5))
    assert first == [-5, -60, 620]
    assert right == [0, 2, 0]
    assert down == [0, 0, -2]


def test_a_plane_covers_the_region_with_square_pixels() -> None:
    assert Plane("axial", 550).grid(REGION, 2.0).shape == (1, 61, 101)
    assert Plane("sagittal", 0).grid(REGION, 2.0).shape == (1, 61, 61)


@pytest.mark.parametrize(
    ("plane", "label", "side"),
    [
        (Plane("axial", 120.4), "axial  S: 120 mm", "R"),
        (Plane("axial", -928.0), "axial  I: 928 mm", "R"),
        (Plane("coronal", -10.0), "coronal  A: 10 mm", "R"),
        (Plane("sagittal", -18.0), "sagittal  R: 18 mm", "A"),
    ],
)
def test_a_plane_is_labelled_as_in_slicer(plane: Plane, label: str, side: str) -> None:
    assert (plane.label, plane.side) == (label, side)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_axial_planes_lie_on_the_scans_own_slices(order: tuple[int, int, int]) -> None:
    # 20 slices of 5 mm from z = 1003, with the scan's axes stored in any order.
    axes, sizes = np.diag([0.7, 0.8, 5.0])[:, order], np.array([100, 90, 20])[list(order)]
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[2, 3] = 1003
    i, j, k = sizes.tolist()
    planes = axial_planes(Grid((k, j, i), affine), low=1013, high=1073, count=3)
    assert [plane.position for plane in planes] == [1023, 1043, 1063]


def test_a_thin_pancreas_has_fewer_planes() -> None:
    grid = Grid((20, 10, 10), np.diag([1.0, 1, 5, 1]))
    planes = axial_planes(grid, low=10, high=15, count=6)
    assert [plane.position for plane in planes] == [10, 15]
