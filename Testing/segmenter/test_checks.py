from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.models import Manifest
from PancreasSegLib.segmenter.checks import (
    scan_warnings,
    size_warnings,
    slice_warnings,
    usable,
)
from PancreasSegLib.volume import Grid, Volume
from Testing.sentences import assert_tells


@pytest.fixture
def manifest(bright_model: Path) -> Manifest:
    return Manifest.from_file(bright_model)


def scan(values: list[float]) -> Volume:
    return Volume(np.resize(np.array(values, dtype=np.float32), (3, 3, 3)), np.eye(4))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_voxels_without_a_number_become_air_and_that_is_told(
    manifest: Manifest, value: float
) -> None:
    array = np.full((20, 20, 20), 60, np.float32)
    array[:, :, 5:10] = -1000
    array[:, :, :5] = value
    ready = usable(Volume(array, np.diag([5.0, 5.0, 5.0, 1.0])), manifest)

    assert (ready.array[:, :, :5] == -1000).all()
    (warning,) = scan_warnings(ready, manifest)
    assert "25.0 % of the scan's voxels hold no number (NaN)" in warning


def test_a_scan_without_numbers_in_much_of_the_body_is_refused(manifest: Manifest) -> None:
    with pytest.raises(InputError, match=r"^The scan holds values that are not numbers \(NaN\)"):
        usable(scan([1.0, float("nan"), 3.0]), manifest)


def test_a_scan_that_can_be_used_is_used_as_it_is(manifest: Manifest) -> None:
    good = scan([-1000.0, 40.0])

    assert usable(good, manifest) is good


def test_a_scan_of_another_modality_is_refused_and_of_an_unknown_one_is_not(
    manifest: Manifest,
) -> None:
    values = np.arange(27.0).reshape(3, 3, 3)
    with pytest.raises(InputError, match="of modality MR"):
        usable(Volume(values, np.eye(4), "MR"), manifest)
    usable(Volume(values, np.eye(4), None), manifest)


def test_a_constant_scan_is_refused(manifest: Manifest) -> None:
    with pytest.raises(InputError) as caught:
        usable(scan([7.0]), manifest)
    assert_tells(caught.value, "same value (7)", "give a scan with a picture in it")


def test_a_single_slice_is_refused(manifest: Manifest) -> None:
    single = Volume(np.arange(9.0).reshape(1, 3, 3), np.eye(4))
    with pytest.raises(InputError) as caught:
        usable(single, manifest)
    assert_tells(caught.value, "1 x 3 x 3 voxels", "at least 2", "give a whole volume")


def test_a_label_map_given_as_scan_is_refused(manifest: Manifest) -> None:
    organs = np.zeros((20, 24, 28), np.uint8)
    organs[4:10, 4:20, 4:12], organs[10:16, 4:20, 12:24] = 3, 10

    for array in (organs, organs.astype(np.float32), (organs > 0).astype(np.int16)):
        with pytest.raises(InputError) as told:
            usable(Volume(array, np.eye(4)), manifest)
        assert_tells(told.value, "label map", f"up to {array.max():g}", "give the scan")


def test_an_eight_bit_picture_is_no_label_map(manifest: Manifest) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 24, 28)).astype(np.uint8)
    noise[:, :, :14] = 0

    usable(Volume(noise, np.eye(4)), manifest)


@pytest.mark.parametrize("modality", ["MR", "PT", "US"])
def test_the_modality_of_a_dicom_scan_is_told_in_the_refusal(
    modality: str, manifest: Manifest
) -> None:
    with pytest.raises(InputError) as told:
        usable(Volume(np.arange(27.0).reshape(3, 3, 3), np.eye(4), modality), manifest)
    assert_tells(told.value, f"of modality {modality}", "is for CT", "choose another")


def test_a_ct_is_refused_by_a_model_for_mr(manifest: Manifest) -> None:
    of_mr = replace(manifest, modality="MR")

    with pytest.raises(InputError) as told:
        usable(Volume(np.arange(27.0).reshape(3, 3, 3), np.eye(4), "CT"), of_mr)
    assert_tells(told.value, "of modality CT", "is for MR")


@pytest.mark.parametrize(("spacing", "warned"), [(5.0, False), (6.0, False), (10.0, True)])
def test_thick_slices_are_warned_about(spacing: float, warned: bool) -> None:
    for axes in ((0.8, 0.8, spacing), (spacing, 0.8, 0.8)):
        warnings = slice_warnings(Grid((40, 512, 512), np.diag([*axes, 1.0])))
        assert len(warnings) == warned
        for warning in warnings:
            assert_tells(warning, "10.0 mm apart", "thinner slices")


@pytest.mark.parametrize("spacing", [(0.7, 0.7, 3.0), (0.25, 0.25, 0.5), (1.9, 1.9, 10.0)])
def test_a_scan_as_large_as_a_body_or_an_organ_is_not_warned_about(
    spacing: tuple[float, float, float],
) -> None:
    assert size_warnings(Grid((130, 512, 512), np.diag([*spacing, 1.0]))) == []


@pytest.mark.parametrize(
    ("unit", "told"), [(0.1, "35.8 x 35.8 x 39.0 mm"), (1000.0, "358400.0 x 358400.0 x 390000.0")]
)
def test_a_scan_of_a_size_that_no_body_has_is_warned_about(unit: float, told: str) -> None:
    affine = np.diag([0.7 * unit, 0.7 * unit, 3.0 * unit, 1.0])
    (warning,) = size_warnings(Grid((130, 512, 512), affine))

    assert told in warning
    assert "another unit (cm or m for mm)" in warning


def test_what_is_doubtful_in_the_file_is_told_with_the_result(manifest: Manifest) -> None:
    values = np.resize(np.array([-1000.0, 60.0]), (20, 20, 20))
    doubtful = Volume(values, np.diag([5.0, 5.0, 5.0, 1.0]), warnings=("No orientation.",))

    assert scan_warnings(doubtful, manifest) == ["No orientation."]


def test_a_scan_too_long_for_any_memory_is_refused_for_its_size(manifest: Manifest) -> None:
    values = np.resize(np.array([-1000.0, 60.0], np.float32), (4, 4, 4))
    in_micrometres = Volume(values, np.diag([7000.0, 7000.0, 3000.0, 1.0]))

    with pytest.raises(InputError) as told:
        usable(in_micrometres, manifest)
    assert_tells(told.value, "28000.0 x 28000.0 x 12000.0 mm", "no body", "another unit")
