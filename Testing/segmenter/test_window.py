import numpy as np

from PancreasSegLib.models import Window
from PancreasSegLib.segmenter.window import grey_levels, windowed, windowed_on_grid
from PancreasSegLib.volume import Grid, Volume


def test_a_window_in_hu_is_taken_as_it_stands() -> None:
    assert grey_levels(np.array([0.0, 1000.0]), Window("hu", -100.0, 240.0)) == (-100.0, 240.0)


def test_the_window_becomes_zero_to_one_and_the_rest_is_clipped() -> None:
    scan = Volume(np.array([[[-1000, -100, 70, 240, 1500]]], dtype=np.int16), np.eye(4))
    answer = windowed(scan, (-100.0, 240.0))
    assert answer.array.dtype == np.float32
    assert answer.array.ravel().tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_percentiles_are_those_of_the_body_not_of_the_air_around_it() -> None:
    body = np.linspace(100.0, 200.0, 101)
    little_air = np.concatenate([np.zeros(50), body])
    much_air = np.concatenate([np.zeros(500), body])
    window = Window("percentile", 10.0, 90.0)
    assert grey_levels(little_air, window) == (110.0, 190.0)
    assert grey_levels(much_air, window) == (110.0, 190.0)


def test_a_window_never_has_no_width() -> None:
    low, high = grey_levels(np.array([0.0, 7.0, 7.0, 7.0]), Window("percentile", 1.0, 99.0))
    assert low == 7.0 and high > low


def test_the_window_is_applied_before_resampling() -> None:
    # Half way between air at -1000 HU and tissue at 240 HU lies half of the window.
    scan = Volume(np.array([[[-1000, 240], [-1000, 240]]] * 2, dtype=np.int16), np.eye(4))
    affine = np.eye(4)
    affine[0, 3] = 0.5
    answer = windowed_on_grid(scan, Window("hu", -100.0, 240.0), Grid((2, 2, 1), affine))
    assert np.allclose(answer.array, 0.5)
