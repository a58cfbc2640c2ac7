import numpy as np
import pytest

from PancreasSegLib.segmenter.measurements import measure
from PancreasSegLib.volume import Box, Volume


def scan() -> Volume:
    affine = np.array([[0, 0, 3.0, 5], [0, -2.0, 0, 6], [1.0, 0, 0, 7], [0, 0, 0, 1]])
    return Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), affine)


def test_volume_grey_values_extent_and_slices_are_those_inside_the_mask() -> None:
    part = np.ones((1, 2, 2), dtype=bool)  # values 13, 14, 17, 18
    measured = measure(scan(), part, Box((1, 0, 1), (2, 2, 3)))
    assert measured.volume_ml == pytest.approx(4 * 6 / 1000)
    assert measured.intensity_mean == pytest.approx(15.5)
    assert measured.intensity_sd == pytest.approx(np.std([13, 14, 17, 18]))
    # Slices run to the left, rows to anterior, columns to superior.
    assert measured.extent_mm == pytest.approx(
        {"left_right": 3.0, "anterior_posterior": 4.0, "inferior_superior": 2.0}
    )
    assert measured.slices == 1


def test_an_empty_mask_measures_nothing() -> None:
    measured = measure(scan(), np.zeros((1, 2, 2), dtype=bool), Box((1, 0, 1), (2, 2, 3)))
    assert (measured.volume_ml, measured.slices) == (0.0, 0)
    assert measured.intensity_mean is None and measured.intensity_sd is None
