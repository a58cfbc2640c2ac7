"""The synthetic CT: geometry, determinism, and tissues with the HU and sizes of a real one."""

from __future__ import annotations

import numpy as np
import pytest

from PancreasSegLib.phantom import Organ, SyntheticScan, synthetic_ct

COARSE_MM = (4.0, 4.0, 4.0)


@pytest.fixture(scope="module")
def scan() -> SyntheticScan:
    return synthetic_ct(seed=0, spacing_mm=COARSE_MM)


def millilitres(scan: SyntheticScan, organ: Organ) -> float:
    return float((scan.organs.array == organ).sum()) * scan.organs.grid.voxel_ml


def inner_hu(scan: SyntheticScan, organ: Organ) -> np.ndarray:
    """HU of the voxels whose six neighbours are the same organ."""
    mask = scan.organs.array == organ
    inner = mask.copy()
    for axis in range(3):
        inner &= np.roll(mask, 1, axis) & np.roll(mask, -1, axis)
    return scan.image.array[inner if inner.any() else mask]


def test_the_same_seed_gives_the_same_scan(scan: SyntheticScan) -> None:
    again = synthetic_ct(seed=0, spacing_mm=COARSE_MM)
    np.testing.assert_array_equal(again.image.array, scan.image.array)
    np.testing.assert_array_equal(again.organs.array, scan.organs.array)


def test_another_seed_gives_another_patient(scan: SyntheticScan) -> None:
    other = synthetic_ct(seed=1, spacing_mm=COARSE_MM)
    assert (other.pancreas.array != scan.pancreas.array).any()
    assert 50 < millilitres(other, Organ.PANCREAS) < 125


def test_image_pancreas_and_organs_stand_on_one_axis_aligned_grid(scan: SyntheticScan) -> None:
    grid = scan.image.grid
    assert grid.shape == (60, 75, 95)
    np.testing.assert_allclose(grid.spacing, COARSE_MM)
    np.testing.assert_allclose(grid.origin, (-190, -155, -120))
    np.testing.assert_allclose(grid.direction, np.eye(3))
    assert scan.pancreas.grid.is_same_as(grid)
    assert scan.organs.grid.is_same_as(grid)


def test_the_image_is_a_ct_in_hounsfield_units(scan: SyntheticScan) -> None:
    assert scan.image.modality == "CT"
    assert scan.image.array.dtype == np.int16
    assert scan.image.array.min() < -950
    assert 400 < scan.image.array.max() < 1500


def test_every_organ_of_the_label_table_is_there_and_the_pancreas_is_its_own_mask(
    scan: SyntheticScan,
) -> None:
    assert set(np.unique(scan.organs.array)) == {int(organ) for organ in Organ}
    assert scan.pancreas.array.dtype == np.uint8
    np.testing.assert_array_equal(scan.pancreas.array, scan.organs.array == Organ.PANCREAS)


@pytest.mark.parametrize(
    ("organ", "low", "high"),
    [
        (Organ.OUTSIDE, -1010, -900),
        (Organ.LUNG, -900, -700),
        (Organ.FAT, -115, -75),
        (Organ.MUSCLE, 35, 70),
        (Organ.GALLBLADDER, 0, 40),
        (Organ.LIVER, 95, 120),
        (Organ.SPLEEN, 100, 125),
        (Organ.PANCREAS, 70, 110),
        (Organ.LEFT_KIDNEY, 110, 190),
        (Organ.RIGHT_KIDNEY, 110, 190),
        (Organ.AORTA, 130, 170),
        (Organ.BONE, 180, 450),
    ],
)
def test_the_mean_hu_of_a_tissue_is_that_of_the_portal_venous_phase(
    scan: SyntheticScan, organ: Organ, low: float, high: float
) -> None:
    assert low < inner_hu(scan, organ).mean() < high


@pytest.mark.parametrize(
    ("organ", "low", "high"),
    [
        (Organ.PANCREAS, 55, 117),
        (Organ.LIVER, 1000, 2000),
        (Organ.SPLEEN, 120, 400),
        (Organ.LEFT_KIDNEY, 110, 220),
        (Organ.RIGHT_KIDNEY, 110, 220),
    ],
)
def test_the_volume_of_an_organ_in_ml_is_that_of_an_adult(
    scan: SyntheticScan, organ: Organ, low: float, high: float
) -> None:
    assert low < millilitres(scan, organ) < high


def test_liver_and_pancreas_head_lie_right_and_spleen_and_pancreas_tail_left_and_higher(
    scan: SyntheticScan,
) -> None:
    def centre(mask: np.ndarray) -> np.ndarray:
        return scan.organs.grid.to_world(np.argwhere(mask)[:, ::-1]).mean(axis=0)

    organs = scan.organs.array
    assert centre(organs == Organ.LIVER)[0] < 0 < centre(organs == Organ.SPLEEN)[0]
    pancreas = scan.organs.grid.to_world(np.argwhere(organs == Organ.PANCREAS)[:, ::-1])
    head, tail = pancreas[pancreas[:, 0] < -15], pancreas[pancreas[:, 0] > 45]
    assert tail[:, 2].mean() > head[:, 2].mean() + 20
    assert tail[:, 1].mean() > centre(organs == Organ.STOMACH)[1]


def test_the_anatomy_keeps_its_place_and_volume_on_a_finer_grid(scan: SyntheticScan) -> None:
    finer = synthetic_ct(seed=0, spacing_mm=(2.0, 2.0, 4.0))
    np.testing.assert_allclose(finer.image.grid.spacing, (2, 2, 4))
    for organ in (Organ.PANCREAS, Organ.LIVER, Organ.LEFT_KIDNEY):
        assert millilitres(finer, organ) == pytest.approx(millilitres(scan, organ), rel=0.05)
    here = scan.organs.grid.to_world(np.argwhere(scan.pancreas.array)[:, ::-1]).mean(axis=0)
    there = finer.organs.grid.to_world(np.argwhere(finer.pancreas.array)[:, ::-1]).mean(axis=0)
    np.testing.assert_allclose(there, here, atol=1.0)


def test_the_noise_has_the_standard_deviation_that_was_asked_for(scan: SyntheticScan) -> None:
    without = synthetic_ct(seed=0, spacing_mm=COARSE_MM, noise_hu=0.0)
    noise = scan.image.array.astype(float) - without.image.array
    inside = scan.organs.array == Organ.LIVER
    assert noise[inside].std() == pytest.approx(13.0, rel=0.1)


@pytest.mark.parametrize("spacing", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0)])
def test_a_spacing_that_is_not_positive_is_refused(spacing: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="spacing"):
        synthetic_ct(spacing_mm=spacing)
