"""Where a CNN's side outputs see a bright spot."""

from __future__ import annotations

import torch

from PancreasSegLib.networks import CNN

CENTRE = (51.5, 59.5)
"""Of the spot, (row, column)."""


def seen_centres(network: CNN) -> list[tuple[float, float]]:
    """The centre of mass (row, column) of each side output for a picture of the spot alone."""
    x = torch.zeros(1, 1, 101, 117)
    x[..., 48:56, 56:64] = 1.0
    with torch.no_grad():
        sides = network.side_outputs(x)[0]
    rows, columns = torch.arange(101.0), torch.arange(117.0)
    return [
        (
            ((side.sum(1) * rows).sum() / side.sum()).item(),
            ((side.sum(0) * columns).sum() / side.sum()).item(),
        )
        for side in sides
    ]
