"""How much of a held-out scan's reference the coarse stage let through."""

from __future__ import annotations

import numpy as np
import pytest

from PancreasSegLib.training.proof.held_out import share_inside
from PancreasSegLib.volume import Volume


def test_the_share_of_the_reference_inside_the_region_is_counted_in_the_patient() -> None:
    mask = np.zeros((4, 5, 6), np.uint8)
    mask[1, 2, 1:5] = 1
    # i runs to the patient's right: voxels 1 to 4 of it lie at x = 8, 6, 4 and 2 mm.
    affine = np.array([[-2.0, 0, 0, 10], [0, 3, 0, 0], [0, 0, 4, -7], [0, 0, 0, 1]])
    reference = Volume(mask, affine)

    region = {"low_mm": [3.0, 6.0, -3.0], "high_mm": [7.0, 6.0, -3.0]}

    assert share_inside(reference, region) == 0.5
    assert share_inside(reference, {**region, "low_mm": [0.0, 0.0, -9.0]}) == pytest.approx(0.75)
    assert share_inside(reference, None) == 0.0
