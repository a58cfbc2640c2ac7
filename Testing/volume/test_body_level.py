"""Where the body begins."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.volume.body_level import body_level


def test_the_body_is_above_a_tenth_of_the_way_to_the_brightest_tissue() -> None:
    values = np.concatenate([np.zeros(500), np.full(500, 200.0)])

    assert body_level(values) == 20.0


def test_a_few_voxels_of_metal_do_not_decide() -> None:
    values = np.concatenate([np.zeros(500), np.full(498, 200.0), np.full(2, 30000.0)])

    assert body_level(values) == 20.0
