import numpy as np
import pytest

from PancreasSegLib.segmenter.measurements import Measurements
from PancreasSegLib.segmenter.result_warnings import (
    agreement_warnings,
    border_warnings,
    doubt_warnings,
    region_warnings,
    volume_warnings,
    wide_region_warnings,
)
from PancreasSegLib.volume import Box, Grid
from PancreasSegLib.volume.patient_box import PatientBox

WHOLE = Grid((10, 10, 10), np.diag([2.0, 2.0, 2.0, 1.0]))
PART = Box((4, 4, 4), (8, 8, 8))


def mask(*voxels: tuple[int, int, int]) -> np.ndarray:
    array = np.zeros(PART.shape, dtype=bool)
    for voxel in voxels:
        array[voxel] = True
    return array


@pytest.mark.parametrize("volume_ml", [20.0, 72.4, 200.0])
def test_a_plausible_volume_is_not_warned_about(volume_ml: float) -> None:
    assert volume_warnings(Measurements(volume_ml, 80.0, 20.0, {}, 30)) == []


def test_an_implausible_volume_is_warned_about_with_the_range() -> None:
    assert volume_warnings(Measurements(12.34, 80.0, 20.0, {}, 5)) == [
        "A volume of 12.3 ml is implausible for an adult's pancreas (20 to 200 ml): look at the "
        "mask before you use it."
    ]


@pytest.mark.parametrize("agreement", [None, 0.6, 0.93])
def test_models_that_agree_or_a_single_one_are_not_warned_about(agreement: float | None) -> None:
    assert agreement_warnings(agreement) == []


@pytest.mark.parametrize(("agreement", "told"), [(0.0, "0.00"), (0.594, "0.59"), (0.5999, "0.59")])
def test_models_that_disagree_are_warned_about_with_the_numbers(
    agreement: float, told: str
) -> None:
    (warning,) = agreement_warnings(agreement)
    for fact in (f"Dice {told}", "0.6 and more", "0.59", "0.75", "compare it with the scan"):
        assert fact in warning


@pytest.mark.parametrize(("expected", "agreement"), [(0.7, 0.3), (0.93, None), (None, 0.6)])
def test_a_mask_that_is_expected_to_be_good_is_not_warned_about(
    expected: float | None, agreement: float | None
) -> None:
    assert doubt_warnings(expected, agreement) == []


@pytest.mark.parametrize(("expected", "told"), [(0.0, "0.00"), (0.594, "0.59"), (0.6999, "0.69")])
def test_a_mask_that_is_expected_to_be_bad_is_warned_about_with_the_number(
    expected: float, told: str
) -> None:
    (warning,) = doubt_warnings(expected, 0.9)
    for fact in (f"DSC of {told}", "0.7 and more", "0.71", "0.79", "compare it with the scan"):
        assert fact in warning


def test_where_nothing_is_expected_the_models_agreement_tells() -> None:
    assert doubt_warnings(None, 0.5) == agreement_warnings(0.5)


def test_a_mask_inside_the_scan_is_not_warned_about() -> None:
    assert border_warnings(mask((0, 0, 0), (3, 3, 3)), PART, WHOLE) == []


@pytest.mark.parametrize("start", [(0, 4, 4), (6, 4, 4)])
def test_contact_with_the_first_and_last_slice_is_warned_about(start: tuple[int, int, int]) -> None:
    k, j, i = start
    box = Box(start, (k + 4, j + 4, i + 4))
    (warning,) = border_warnings(mask((0, 1, 1), (3, 1, 1)), box, WHOLE)
    assert warning.startswith("The mask reaches the first or last slice of the scan")


@pytest.mark.parametrize("start", [(4, 0, 4), (4, 6, 4), (4, 4, 0), (4, 4, 6)])
def test_contact_with_the_edge_of_the_slices_is_warned_about(start: tuple[int, int, int]) -> None:
    k, j, i = start
    box = Box(start, (k + 4, j + 4, i + 4))
    (warning,) = border_warnings(mask((1, 0, 0), (1, 3, 3)), box, WHOLE)
    assert warning.startswith("The mask reaches the edge of the scan's slices")


@pytest.mark.parametrize(
    "voxel", [(0, 1, 1), (3, 1, 1), (1, 0, 1), (1, 3, 1), (1, 1, 0), (1, 1, 3)]
)
def test_contact_with_a_face_of_the_region_is_warned_about(voxel: tuple[int, int, int]) -> None:
    (warning,) = region_warnings(mask(voxel), WHOLE.crop(PART), WHOLE)
    assert warning.startswith("The mask reaches the edge of the region")


def test_a_face_that_is_the_scans_own_edge_is_none_of_the_region() -> None:
    at_the_end = WHOLE.crop(Box((0, 4, 6), (4, 8, 10)))
    assert region_warnings(mask((0, 1, 3)), at_the_end, WHOLE) == []


def test_a_mask_inside_the_region_is_not_warned_about() -> None:
    assert region_warnings(mask((1, 1, 1), (2, 2, 2)), WHOLE.crop(PART), WHOLE) == []
    assert region_warnings(mask(), WHOLE.crop(PART), WHOLE) == []


def test_a_region_much_larger_than_the_training_crops_is_warned_about() -> None:
    (warning,) = wide_region_warnings(PatientBox((0, 0, 0), (340, 200, 200)))
    assert warning.startswith("The region of interest is 340 mm long")
    assert wide_region_warnings(PatientBox((0, 0, 0), (240, 180, 160))) == []
