"""Thin-plate splines (eq. 1), and the random deformations by them."""

from __future__ import annotations

import pytest
import torch

from PancreasSegLib.superpixels.boxes import regular_points
from PancreasSegLib.training.superpixels.thin_plate_spline import (
    control_points,
    random_deformations,
    thin_plate_spline,
)


def random(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_control_points_are_a_regular_grid_over_the_picture() -> None:
    points = control_points()

    assert points.shape == (16, 2)
    assert points[0].tolist() == [-1, -1] and points[-1].tolist() == [1, 1]


def test_a_spline_has_the_wanted_values_at_its_control_points() -> None:
    moved = torch.randn(5, 16, 2, generator=random())

    found = thin_plate_spline(control_points(), moved, control_points())

    assert torch.allclose(found, moved, atol=1e-4)


def test_what_a_plane_can_do_bends_nothing() -> None:
    points = torch.tensor([[0.3, -0.2], [2.0, 5.0]])
    moved = control_points() @ torch.tensor([[1.0, 2.0], [0.5, -1.0]]) + 0.25

    found = thin_plate_spline(control_points(), moved[None], points)

    expected = points @ torch.tensor([[1.0, 2.0], [0.5, -1.0]]) + 0.25
    assert torch.allclose(found[0], expected, atol=1e-4)


def test_it_is_r_squared_log_r_between_the_control_points() -> None:
    # Eight points around one that moves: what is left in the middle of a side is known from
    # solving the system by hand with numpy's float64.
    control = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    moved = torch.tensor([[[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]])

    middle = thin_plate_spline(control, moved, torch.tensor([[0.5, 0.5]]))

    assert middle[0, 0].tolist() == pytest.approx([0.5, 0.0], abs=1e-5)


def test_no_amount_leaves_the_picture_as_it_is() -> None:
    warped = random_deformations(regular_points(), 3, 0.0, random())

    assert torch.allclose(warped, regular_points().expand(3, -1, -1, -1), atol=1e-6)


def test_deformations_differ_and_come_again_by_their_seed() -> None:
    first, second = (random_deformations(regular_points(), 2, 0.1, random(7)) for _ in range(2))

    assert torch.equal(first, second)
    assert not torch.allclose(first[0], first[1])
    assert 0.02 < float((first - regular_points()).std()) < 0.2
