from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.volume import Volume, read_mask, read_volume, write_volume
from PancreasSegLib.volume.image_file import image_of

FORMATS = [".nii", ".nii.gz", ".nrrd", ".mha"]


@pytest.mark.parametrize("suffix", [*FORMATS, ".NII.GZ"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_a_scan_comes_back_from_every_format_with_its_affine(
    suffix: str, dtype: type, small_array: np.ndarray, any_affine: np.ndarray, tmp_path: Path
) -> None:
    scan = Volume((small_array + 50).astype(dtype), any_affine)
    path = tmp_path / f"scan{suffix}"
    write_volume(scan, path)
    back = read_volume(path)

    assert back.array.dtype == dtype
    np.testing.assert_array_equal(back.array, scan.array)
    np.testing.assert_allclose(back.affine, any_affine, atol=1e-4)
    np.testing.assert_allclose(back.grid.spacing, scan.grid.spacing, atol=1e-6)
    np.testing.assert_allclose(back.grid.direction, scan.grid.direction, atol=1e-6)
    assert back.grid.is_same_as(scan.grid)


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
def test_a_header_with_its_data_in_a_second_file_is_read(
    suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    path = tmp_path / f"scan{suffix}"
    sitk.WriteImage(image_of(sheared_scan), str(path))
    back = read_volume(path)

    np.testing.assert_array_equal(back.array, sheared_scan.array)
    assert back.grid.is_same_as(sheared_scan.grid)


def test_a_nrrd_in_ras_space_is_read_in_lps(tmp_path: Path) -> None:
    header = (
        "NRRD0004\ntype: uchar\ndimension: 3\nspace: right-anterior-superior\nsizes: 2 2 2\n"
        "space directions: (2,0,0) (0,3,1) (0,0,4)\nspace origin: (10,20,30)\nencoding: raw\n\n"
    )
    path = tmp_path / "ras.nrrd"
    path.write_bytes(header.encode() + bytes(range(8)))
    scan = read_volume(path)

    assert scan.array.ravel().tolist() == list(range(8))
    expected = [[-2, 0, 0, -10], [0, -3, 0, -20], [0, 1, 4, 30], [0, 0, 0, 1]]
    np.testing.assert_allclose(scan.affine, expected, atol=1e-9)


@pytest.mark.parametrize("suffix", [".nrrd", ".mha"])
def test_a_fourth_dimension_of_one_is_no_series(
    suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    path = tmp_path / f"scan{suffix}"
    sitk.WriteImage(sitk.JoinSeries(image_of(sheared_scan)), str(path))
    back = read_volume(path)

    np.testing.assert_array_equal(back.array, sheared_scan.array)
    assert back.grid.is_same_as(sheared_scan.grid)


def test_paths_may_hold_spaces_and_letters_of_any_script(
    sheared_scan: Volume, tmp_path: Path
) -> None:
    folder = tmp_path / "Bauchspeicheldrüse 膵臓"
    folder.mkdir()
    for suffix in FORMATS:
        path = folder / f"Größe 1{suffix}"
        write_volume(sheared_scan, path)
        np.testing.assert_array_equal(read_volume(path).array, sheared_scan.array)


def test_double_precision_is_read_as_float32(any_affine: np.ndarray, tmp_path: Path) -> None:
    image = image_of(Volume(np.linspace(0, 1, 8).reshape(2, 2, 2), any_affine))
    sitk.WriteImage(image, str(tmp_path / "scan.nrrd"))

    assert read_volume(tmp_path / "scan.nrrd").array.dtype == np.float32


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_mask_is_0_and_1_whatever_its_labels(
    suffix: str, small_mask: np.ndarray, sheared_affine: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / f"mask{suffix}"
    write_volume(Volume(small_mask.astype(np.int16) * 300, sheared_affine), path)
    mask = read_mask(path)

    assert mask.array.dtype == np.uint8
    np.testing.assert_array_equal(mask.array, small_mask)
    np.testing.assert_allclose(mask.affine, sheared_affine, atol=1e-4)


def test_an_empty_mask_is_a_mask(sheared_scan: Volume, tmp_path: Path) -> None:
    path = tmp_path / "empty.nii.gz"
    write_volume(sheared_scan.with_array(np.zeros((4, 5, 6), np.uint8)), path)

    assert read_mask(path).array.sum() == 0
