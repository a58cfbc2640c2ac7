import numpy as np
import pytest

from PancreasSegLib.volume.views import VIEWS, sliced, sliced_spacing, unsliced

ARRAY = np.arange(24).reshape(2, 3, 4)  # k to Superior, j to Posterior, i to Left


def test_axial_slices_are_those_of_the_array() -> None:
    assert np.array_equal(sliced(ARRAY, "axial"), ARRAY)


def test_a_coronal_slice_has_the_patients_left_at_the_right_and_rises_with_its_rows() -> None:
    assert np.array_equal(sliced(ARRAY, "coronal")[1], [[4, 5, 6, 7], [16, 17, 18, 19]])


def test_a_sagittal_slice_has_posterior_at_the_right_and_rises_with_its_rows() -> None:
    assert np.array_equal(sliced(ARRAY, "sagittal")[3], [[3, 7, 11], [15, 19, 23]])


@pytest.mark.parametrize("view", VIEWS)
def test_slices_go_back_to_where_they_came_from(view: str) -> None:
    stack = sliced(ARRAY, view)

    assert np.array_equal(unsliced(stack, view), ARRAY)
    assert stack.flags.c_contiguous and unsliced(stack, view).flags.c_contiguous


@pytest.mark.parametrize(
    ("view", "columns_rows_slices"),
    [("axial", (1.0, 2.0, 3.0)), ("coronal", (1.0, 3.0, 2.0)), ("sagittal", (2.0, 3.0, 1.0))],
)
def test_the_spacing_goes_with_the_slices(
    view: str, columns_rows_slices: tuple[float, float, float]
) -> None:
    assert sliced_spacing((1.0, 2.0, 3.0), view) == columns_rows_slices
