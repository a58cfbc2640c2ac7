"""Random thin-plate-spline deformations of a picture (Roth et al. 2015, eq. 1)."""

import torch
from torch import Tensor

CONTROL = 4
"""Control points along each side of the picture's regular grid of them."""


def control_points() -> Tensor:
    """The regular grid of control points (16, 2) as (across, down), from -1 to 1."""
    steps = torch.linspace(-1, 1, CONTROL)
    down, across = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([across, down], dim=-1).flatten(0, 1)


def random_deformations(
    points: Tensor, count: int, amount: float, random: torch.Generator
) -> Tensor:
    """`count` deformations of points (rows, columns, 2) in [-1, 1]: (count, rows, columns, 2).

    Each control point moves by a normal deviate, with `amount` as its standard deviation along
    either axis, in parts of half the picture's side.
    """
    moved = torch.randn(count, CONTROL**2, 2, generator=random) * amount
    return points + thin_plate_spline(control_points(), moved, points)


def thin_plate_spline(control: Tensor, moved: Tensor, points: Tensor) -> Tensor:
    """The displacement (n, ..., 2) at points (..., 2) that has the values `moved` (n, K, 2) at the
    control points (K, 2) and bends least: a plane and a sum of r^2 log r about those.
    """
    count = len(control)
    plane = torch.cat([torch.ones(count, 1), control], dim=1)
    system = torch.zeros(count + 3, count + 3)
    system[:count, :count] = _radial(control, control)
    system[:count, count:] = plane
    system[count:, :count] = plane.T
    known = torch.cat([moved, torch.zeros(len(moved), 3, 2)], dim=1)
    weights = torch.linalg.solve(system.double(), known.double()).float()
    flat = points.flatten(0, -2)
    basis = torch.cat([_radial(flat, control), torch.ones(len(flat), 1), flat], dim=1)
    return (basis @ weights).view(len(moved), *points.shape)


def _radial(a: Tensor, b: Tensor) -> Tensor:
    """r^2 log r between each of a (N, 2) and each of b (K, 2), as r^2 log r^2 / 2; 0 at r = 0."""
    squared = (a[:, None] - b[None]).square().sum(dim=-1)
    return torch.xlogy(squared, squared) / 2
