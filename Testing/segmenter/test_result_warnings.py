import numpy as np
import pytest

from PancreasSegLib.segmenter.measurements import Measurements
from PancreasSegLib.segmenter.result_warnings import (
    agreement_warnings,
    border_warnings,
    clipped_warnings,
    contrast_warnings,
    doubt_warnings,
    region_warnings,
    volume_warnings,
    wide_region_warnings,
)
from PancreasSegLib.volume import Box, Grid, Volume
from PancreasSegLib.volume.patient_box import PatientBox
from Testing.sentences import assert_tells

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
    (warning,) = volume_warnings(Measurements(12.34, 80.0, 20.0, {}, 5))
    assert_tells(warning, "12.3 ml", "20 to 200 ml", "look at the mask")


@pytest.mark.parametrize("agreement", [None, 0.6, 0.93])
def test_models_that_agree_or_a_single_one_are_not_warned_about(agreement: float | None) -> None:
    assert agreement_warnings(agreement) == []


@pytest.mark.parametrize(("agreement", "told"), [(0.0, "0.00"), (0.594, "0.59"), (0.5999, "0.59")])
def test_models_that_disagree_are_warned_about_with_the_numbers(
    agreement: float, told: str
) -> None:
    (warning,) = agreement_warnings(agreement)
    for fact in (f"Dice {told}", "0.6 and more", "0.64", "0.81", "compare it with the scan"):
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
    for fact in (f"DSC of {told}", "0.7 and more", "0.73", "0.80", "compare it with the scan"):
        assert fact in warning


def test_where_nothing_is_expected_the_models_agreement_tells() -> None:
    assert doubt_warnings(None, 0.5) == agreement_warnings(0.5)


@pytest.mark.parametrize("aorta_hu", [None, 75.0, 132.0, 205.0])
def test_a_portal_venous_aorta_or_none_is_not_warned_about(aorta_hu: float | None) -> None:
    assert contrast_warnings(aorta_hu) == []


@pytest.mark.parametrize(
    ("aorta_hu", "told"),
    [
        (43.4, ("43 HU", "without contrast medium", "0.77", "made to look so 0.57")),
        (231.0, ("231 HU", "an early, arterial phase", "0.77", "made to look so 0.63")),
    ],
)
def test_an_aorta_of_another_phase_is_warned_about_with_the_numbers(
    aorta_hu: float, told: tuple[str, ...]
) -> None:
    (warning,) = contrast_warnings(aorta_hu)

    assert_tells(warning, *told, "portal venous scans", "compare the mask with the scan")


def scan(affine: np.ndarray, field_of_view: Box | None = None) -> Volume:
    return Volume(np.zeros((40, 40, 40), np.int16), affine, field_of_view=field_of_view)


def block(start: tuple[int, int, int]) -> Box:
    k, j, i = start
    return Box(start, (k + 4, j + 4, i + 4))


ALL = np.ones((4, 4, 4), dtype=bool)
TWO_MM = np.diag([2.0, 2.0, 2.0, 1.0])


def test_a_mask_well_inside_the_scan_is_not_warned_about() -> None:
    assert border_warnings(ALL, block((6, 6, 6)), scan(TWO_MM)) == []
    assert border_warnings(ALL, block((30, 30, 30)), scan(TWO_MM)) == []


@pytest.mark.parametrize(
    ("k", "told"),
    [(0, "reaches"), (36, "reaches"), (2, "ends 4 mm"), (5, "ends 10 mm"), (31, "ends 10 mm")],
)
def test_a_mask_near_the_first_or_last_slice_is_warned_about(k: int, told: str) -> None:
    (warning,) = border_warnings(ALL, block((k, 18, 18)), scan(TWO_MM))

    assert warning.startswith(f"The mask {told}")
    assert "the first or last slice of the scan" in warning


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ((18, 0, 18), "reaches"),
        ((18, 36, 18), "reaches"),
        ((18, 18, 3), "ends 6 mm"),
        ((18, 18, 33), "ends 6 mm"),
    ],
)
def test_a_mask_near_the_edge_of_the_slices_is_warned_about(
    start: tuple[int, int, int], told: str
) -> None:
    (warning,) = border_warnings(ALL, block(start), scan(TWO_MM))

    assert warning.startswith(f"The mask {told}")
    assert "the edge of the scan's slices" in warning


def test_the_distance_to_the_edge_is_measured_across_sheared_slices() -> None:
    sheared = np.diag([2.0, 2.0, 2.0, 1.0])
    sheared[1, 2] = 4.0  # 4.5 mm from slice to slice, but 2 mm across

    assert "ends 10 mm" in border_warnings(ALL, block((5, 18, 18)), scan(sheared))[0]
    assert border_warnings(ALL, block((6, 18, 18)), scan(sheared)) == []


def test_where_the_scans_numbers_end_is_its_edge() -> None:
    seen = Box((0, 0, 10), (28, 40, 40))

    slices, sides = border_warnings(ALL, block((22, 18, 11)), scan(TWO_MM, seen))
    assert slices.startswith("The mask ends 4 mm from the first or last slice")
    assert sides.startswith("The mask ends 2 mm from the edge of the scan's slices")


def test_an_empty_mask_is_near_no_edge() -> None:
    assert border_warnings(~ALL, block((0, 0, 0)), scan(TWO_MM)) == []


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


@pytest.mark.parametrize(
    ("low", "high"), [((5, 30, 30), (60, 50, 50)), ((30, 30, 30), (60, 50, 70))]
)
def test_a_pancreas_that_the_coarse_model_sees_at_the_scans_edge_is_warned_about(
    low: tuple[int, int, int], high: tuple[int, int, int]
) -> None:
    whole = scan(TWO_MM).grid  # from -1 to 79 mm

    (warning,) = clipped_warnings(PatientBox(low, high), whole)
    assert_tells(warning, "the edge of the scan", "a part may be missing")


def test_a_pancreas_that_the_coarse_model_sees_well_inside_is_not_warned_about() -> None:
    assert clipped_warnings(PatientBox((20, 20, 20), (60, 60, 60)), scan(TWO_MM).grid) == []
