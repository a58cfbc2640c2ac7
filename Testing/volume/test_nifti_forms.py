"""qform, sform and voxel sizes of a NIfTI file: the place is the one that ITK reads."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_volume, write_mask
from PancreasSegLib.volume.image_file import image_affine

SCANNER, ALIGNED, MNI = 1, 2, 4
PLACE = [[-0.8, 0, 0, 90.0], [0, 0.9, 0, -80.0], [0, 0, 3, -400.0]]  # RAS: columns run to the left
MIRRORED = [[0.8, 0, 0, 90.0], *PLACE[1:]]
MIRRORED_ABOUT_0 = [[0.8, 0, 0, -90.0], *PLACE[1:]]
SMALLER = [[-0.4, 0, 0, 45.0], [0, 0.45, 0, -40.0], [0, 0, 1.5, -200.0]]
SHEARED = [PLACE[0], [0, 0.9, 0.6, -80.0], PLACE[2]]
ZEROS = [[0.0] * 4] * 3
NANS = [[float("nan")] * 4] * 3


def write_nifti_1(
    folder: Path,
    qform_code: int,
    sform_code: int,
    sform: Sequence[Sequence[float]],
    sizes: tuple[float, float, float] = (0.8, 0.9, 3.0),
    order: str = "<",
) -> Path:
    """A 40 x 30 x 20 scan whose qform says PLACE (with these voxel sizes)."""
    header = bytearray(352)
    struct.pack_into(order + "i", header, 0, 348)
    struct.pack_into(order + "8h", header, 40, 3, 40, 30, 20, 1, 1, 1, 1)
    struct.pack_into(order + "hh", header, 70, 4, 16)
    struct.pack_into(order + "8f", header, 76, -1, *sizes, 0, 0, 0, 0)
    struct.pack_into(order + "f", header, 108, 352)
    header[123] = 2
    # A half turn about y, and qfac -1: i to the left, j to anterior, k to superior.
    struct.pack_into(order + "hh6f", header, 252, qform_code, sform_code, 0, 1, 0, 90, -80, -400)
    struct.pack_into(order + "12f", header, 280, *np.ravel(sform))
    header[344:348] = b"n+1\0"
    path = folder / "scan.nii"
    path.write_bytes(bytes(header) + np.arange(24000).astype(order + "i2").tobytes())
    return path


def lps(ras: Sequence[Sequence[float]]) -> np.ndarray:
    return np.diag([-1.0, -1, 1, 1]) @ np.vstack([ras, [0, 0, 0, 1]])


def affine_in_itk(path: Path) -> np.ndarray:
    return image_affine(sitk.ReadImage(str(path)))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("sform", [PLACE, MIRRORED, MIRRORED_ABOUT_0, SMALLER, SHEARED, ZEROS])
@pytest.mark.parametrize("codes", list(itertools.product([1, 2, 3, 4], repeat=2)))
def test_of_two_forms_the_one_counts_that_itk_takes(
    codes: tuple[int, int], sform: Sequence[Sequence[float]], order: str, tmp_path: Path
) -> None:
    path = write_nifti_1(tmp_path, *codes, sform, order=order)

    np.testing.assert_allclose(read_volume(path).affine, affine_in_itk(path), atol=1e-4)


def test_the_scanners_qform_counts_more_than_an_atlas_and_both_are_told(tmp_path: Path) -> None:
    scan = read_volume(write_nifti_1(tmp_path, SCANNER, MNI, SMALLER))

    np.testing.assert_allclose(scan.affine, lps(PLACE), atol=1e-5)
    (warning,) = scan.warnings
    assert "qform LAS, 0.8 x 0.9 x 3 mm from (-90, 80, -400)" in warning
    assert "sform LAS, 0.4 x 0.45 x 1.5 mm from (-45, 40, -200)" in warning
    assert "The qform was taken" in warning


def test_a_mirrored_sform_of_the_scanner_counts_and_both_are_told(tmp_path: Path) -> None:
    scan = read_volume(write_nifti_1(tmp_path, ALIGNED, SCANNER, MIRRORED))

    np.testing.assert_allclose(scan.affine, lps(MIRRORED), atol=1e-5)
    (warning,) = scan.warnings
    assert "qform LAS" in warning
    assert "sform RAS" in warning
    assert "The sform was taken" in warning


def test_forms_that_differ_by_rounding_are_not_told(tmp_path: Path) -> None:
    nearly = (np.array(PLACE) + 1e-4).tolist()

    assert read_volume(write_nifti_1(tmp_path, SCANNER, ALIGNED, nearly)).warnings == ()


@pytest.mark.parametrize("sform", [ZEROS, NANS])
def test_an_sform_that_is_no_matrix_leaves_the_word_to_the_qform(
    sform: list[list[float]], tmp_path: Path
) -> None:
    scan = read_volume(write_nifti_1(tmp_path, SCANNER, SCANNER, sform))

    np.testing.assert_allclose(scan.affine, lps(PLACE), atol=1e-5)
    assert scan.warnings == ()


def test_a_qform_without_voxel_sizes_leaves_the_word_to_the_sform(tmp_path: Path) -> None:
    scan = read_volume(write_nifti_1(tmp_path, SCANNER, ALIGNED, PLACE, sizes=(0, 0, 0)))

    np.testing.assert_allclose(scan.affine, lps(PLACE), atol=1e-5)


@pytest.mark.parametrize(("qform_code", "sizes"), [(0, (0.8, 0.9, 3.0)), (1, (0.8, 0.9, 0.0))])
def test_no_form_that_is_a_matrix_is_refused(
    qform_code: int, sizes: tuple[float, float, float], tmp_path: Path
) -> None:
    path = write_nifti_1(tmp_path, qform_code, SCANNER, ZEROS, sizes)

    with pytest.raises(InputError, match="does not say where its voxels lie"):
        read_volume(path)


def test_a_sheared_sform_alone_is_taken_though_itk_refuses_it(tmp_path: Path) -> None:
    scan = read_volume(write_nifti_1(tmp_path, 0, ALIGNED, SHEARED))

    np.testing.assert_allclose(scan.affine, lps(SHEARED), atol=1e-5)
    assert scan.warnings == ()


def test_voxel_sizes_that_contradict_the_only_form_are_told(tmp_path: Path) -> None:
    scan = read_volume(write_nifti_1(tmp_path, 0, SCANNER, PLACE, sizes=(1, 1, 1)))

    np.testing.assert_allclose(scan.affine, lps(PLACE), atol=1e-5)
    (warning,) = scan.warnings
    assert "1 x 1 x 1 mm" in warning
    assert "0.8 x 0.9 x 3 mm" in warning


def test_a_file_without_any_form_is_told_to_have_no_orientation(tmp_path: Path) -> None:
    path = write_nifti_1(tmp_path, 0, 0, ZEROS)
    scan = read_volume(path)

    np.testing.assert_allclose(scan.affine, affine_in_itk(path), atol=1e-5)
    (warning,) = scan.warnings
    assert "does not say how its voxels lie in the patient" in warning


def test_a_file_without_any_geometry_is_told_to_have_voxels_of_1_mm_by_assumption(
    tmp_path: Path,
) -> None:
    _, warning = read_volume(write_nifti_1(tmp_path, 0, 0, ZEROS, sizes=(1, 1, 1))).warnings

    assert "1 mm was assumed" in warning


def test_a_mask_carries_both_forms_so_that_it_lies_on_its_scan_in_every_program(
    tmp_path: Path,
) -> None:
    path = write_nifti_1(tmp_path, SCANNER, MNI, SMALLER)
    scan = read_volume(path)
    write_mask(
        Volume((scan.array > 9).astype(np.uint8), scan.affine), tmp_path / "m.nii", like=path
    )

    np.testing.assert_allclose(affine_in_itk(tmp_path / "m.nii"), affine_in_itk(path), atol=1e-6)


def test_negative_voxel_sizes_are_taken_as_by_itk_and_told(tmp_path: Path) -> None:
    path = write_nifti_1(tmp_path, SCANNER, 0, ZEROS, sizes=(-0.8, 0.9, 3.0))
    scan = read_volume(path)

    np.testing.assert_allclose(scan.affine, affine_in_itk(path), atol=1e-4)
    (warning,) = scan.warnings
    assert "-0.8 x 0.9 x 3 mm" in warning
    assert "correct the file's header" in warning
