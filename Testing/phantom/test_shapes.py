"""Shapes, noise and canvas: what the synthetic anatomy is made with."""

from __future__ import annotations

import numpy as np
import pytest

from PancreasSegLib.phantom.canvas import Canvas
from PancreasSegLib.phantom.combinations import Grown, Intersection, Outside, Remembered, Union
from PancreasSegLib.phantom.points import Points
from PancreasSegLib.phantom.shapes import Ellipsoid, HalfSpace, Outline, Tube
from PancreasSegLib.phantom.smooth_noise import SmoothNoise
from PancreasSegLib.phantom.tissue import Organ


def points(*, step: float = 1.0, half: float = 20.0) -> Points:
    axis = np.arange(-half, half + step / 2, step)
    return Points(axis, axis, axis)


def at(x: float, y: float, z: float) -> Points:
    return Points(np.array([x]), np.array([y]), np.array([z]))


def test_the_distance_to_a_sphere_is_exact() -> None:
    sphere = Ellipsoid((1, 2, 3), (5, 5, 5))
    assert sphere.distance(at(1, 2, 11))[0, 0, 0] == pytest.approx(3)
    assert sphere.distance(at(4, 2, 3))[0, 0, 0] == pytest.approx(-2)


def test_a_turned_ellipsoid_points_where_it_was_turned_to_and_stays_in_its_bounds() -> None:
    ellipsoid = Ellipsoid((0, 0, 0), (12, 4, 4), turn=90)
    assert ellipsoid.distance(at(0, 11, 0))[0, 0, 0] < 0 < ellipsoid.distance(at(11, 0, 0))[0, 0, 0]
    np.testing.assert_allclose(ellipsoid.bounds(), [(-4, -12, -4), (4, 12, 4)])


def test_a_tube_runs_through_its_knots_with_the_radius_of_each() -> None:
    tube = Tube(((-10, 0, 0, 2), (0, 0, 0, 4), (10, 0, 0, 2)))
    assert tube.distance(at(0, 4, 0))[0, 0, 0] == pytest.approx(0, abs=1e-4)
    assert tube.distance(at(10, 2, 0))[0, 0, 0] == pytest.approx(0, abs=1e-4)
    assert tube.distance(at(0, 0, 7))[0, 0, 0] == pytest.approx(3, abs=1e-4)


def test_a_stretched_tube_is_higher_than_thick() -> None:
    tube = Tube(((-10, 0, 0, 4), (10, 0, 0, 4)), stretch=(1, 1, 2))
    inside = tube.distance(Points(np.zeros(1), np.arange(-9.0, 10), np.arange(-9.0, 10))) < 0
    assert inside[:, 9, 0].sum() == 15
    assert inside[9, :, 0].sum() == 7


def test_an_outline_interpolates_its_width_between_levels() -> None:
    outline = Outline(((0, 0, 10, 10, 10), (10, 0, 20, 10, 10)))
    assert outline.distance(at(15, 0, 5))[0, 0, 0] == pytest.approx(0, abs=1e-4)


def test_shapes_are_joined_cut_and_grown() -> None:
    left, right = Ellipsoid((-3, 0, 0), (4, 4, 4)), Ellipsoid((3, 0, 0), (4, 4, 4))
    assert Union((left, right)).distance(at(5, 0, 0))[0, 0, 0] < 0
    assert Intersection((left, right)).distance(at(5, 0, 0))[0, 0, 0] > 0
    assert Outside(left).distance(at(-3, 0, 0))[0, 0, 0] > 0
    assert Grown(left, 2).distance(at(-8, 0, 0))[0, 0, 0] < 0
    upper = Intersection((left, HalfSpace((0, 0, 0), (0, 0, -1))))
    assert upper.bounds()[0][2] == 0


def test_a_remembered_shape_answers_for_any_box_of_the_canvas() -> None:
    everywhere = points()
    sphere = Ellipsoid((0, 0, 0), (8, 8, 8))
    box = everywhere.crop((slice(3, 9), slice(10, 30), slice(5, 6)))
    remembered = Remembered(sphere, everywhere)
    np.testing.assert_array_equal(remembered.distance(box), sphere.distance(box))


def test_noise_stands_in_the_patients_space_whatever_the_grid() -> None:
    noise = SmoothNoise((0, 1), 12.0)
    coarse, fine = noise(points(step=4.0)), noise(points(step=2.0))
    np.testing.assert_allclose(fine[::2, ::2, ::2], coarse, atol=1e-5)


def test_noise_has_mean_zero_and_standard_deviation_one() -> None:
    values = SmoothNoise((0, 2), 6.0)(points(step=2.0, half=48.0))
    assert values.mean() == pytest.approx(0, abs=0.1)
    assert values.std() == pytest.approx(1, abs=0.1)


def test_a_voxel_on_the_surface_gets_its_share_of_both_tissues() -> None:
    canvas = Canvas(points(), edge_mm=2.0)
    canvas.paint(Ellipsoid((0, 0, 0), (10, 10, 10)), 100.0, Organ.LIVER)
    assert canvas.hu[20, 20, 20] == 100
    assert canvas.hu[20, 20, 30] == pytest.approx(-450)
    assert canvas.hu[20, 20, 35] == -1000
    assert canvas.organs[20, 20, 29] == Organ.LIVER
    assert canvas.organs[20, 20, 31] == Organ.OUTSIDE


def test_a_shape_outside_the_canvas_paints_nothing() -> None:
    canvas = Canvas(points(), edge_mm=1.0)
    canvas.paint(Ellipsoid((100, 0, 0), (10, 10, 10)), 100.0, Organ.LIVER)
    assert (canvas.hu == -1000).all()
