from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import OutputError
from PancreasSegLib.volume import (
    Volume,
    check_output_path,
    read_mask,
    read_volume,
    write_mask,
    write_volume,
)
from PancreasSegLib.volume.writing import format_warnings
from Testing.sentences import assert_tells

FORMATS = [".nii", ".nii.gz", ".nrrd", ".mha"]
GEOMETRY_1 = [slice(76, 108), slice(123, 124), slice(252, 328)]  # pixdim, units, forms
GEOMETRY_2 = [slice(104, 168), slice(344, 496), slice(500, 504)]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_mask_written_for_a_sheared_scan_keeps_the_scans_affine(
    suffix: str, small_mask: np.ndarray, any_affine: np.ndarray, tmp_path: Path
) -> None:
    mask = Volume(small_mask, any_affine)
    write_mask(mask, tmp_path / f"mask{suffix}")
    back = read_mask(tmp_path / f"mask{suffix}")

    np.testing.assert_array_equal(back.array, small_mask)
    assert back.grid.is_same_as(mask.grid)
    assert read_volume(tmp_path / f"mask{suffix}").array.dtype == np.uint8


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_nifti_mask_carries_the_geometry_fields_of_its_scan_byte_for_byte(
    suffix: str, version: int, order: str, tmp_path: Path
) -> None:
    scan_bytes = scan_with_odd_geometry(version, order)
    scan = tmp_path / "scan.nii"
    scan.write_bytes(scan_bytes)
    volume = read_volume(scan)
    path = tmp_path / f"mask{suffix}"
    write_mask(volume.with_array((volume.array > 5).astype(np.uint8)), path, like=scan)

    written = path.read_bytes()
    written = gzip.decompress(written) if suffix.endswith("gz") else written
    for field in GEOMETRY_1 if version == 1 else GEOMETRY_2:
        assert written[field] == scan_bytes[field]
    assert b"Jane Doe" not in written
    np.testing.assert_array_equal(read_mask(path).array, volume.array > 5)
    np.testing.assert_array_equal(read_mask(path).affine, volume.affine)


def scan_with_odd_geometry(version: int, order: str) -> bytes:
    """uint8, metres, a qform that differs from the sheared sform, a name in the free text."""
    header = bytearray(352 if version == 1 else 544)
    srow = [-0.001, 0, 0.0005, 1, 0, 0.001, 0, 2, 0, 0, 0.003, 3]
    if version == 1:
        struct.pack_into(order + "i", header, 0, 348)
        struct.pack_into(order + "8h", header, 40, 3, 4, 3, 2, 1, 1, 1, 1)
        struct.pack_into(order + "hh", header, 70, 2, 8)
        struct.pack_into(order + "8f", header, 76, -1, 0.001, 0.001, 0.003, 7, 0, 0, 0)
        struct.pack_into(order + "f", header, 108, 352)
        header[123] = 1
        header[148:156] = b"Jane Doe"
        struct.pack_into(order + "hh6f", header, 252, 3, 4, 0.1, 0.2, 0.3, 9, 8, 7)
        struct.pack_into(order + "12f", header, 280, *srow)
        header[344:348] = b"n+1\0"
    else:
        struct.pack_into(order + "i8shh", header, 0, 540, b"n+2\0\r\n\x1a\n", 2, 8)
        struct.pack_into(order + "8q", header, 16, 3, 4, 3, 2, 1, 1, 1, 1)
        struct.pack_into(order + "8d", header, 104, -1, 0.001, 0.001, 0.003, 7, 0, 0, 0)
        struct.pack_into(order + "q", header, 168, 544)
        header[240:248] = b"Jane Doe"
        struct.pack_into(order + "ii6d", header, 344, 3, 4, 0.1, 0.2, 0.3, 9, 8, 7)
        struct.pack_into(order + "12d", header, 400, *srow)
        struct.pack_into(order + "i", header, 500, 1)
    return bytes(header) + bytes(range(24))


def test_a_nifti_mask_of_a_scan_in_another_format_has_the_affine_as_given(
    sheared_scan: Volume, small_mask: np.ndarray, tmp_path: Path
) -> None:
    write_volume(sheared_scan, tmp_path / "scan.nrrd")
    mask = sheared_scan.with_array(small_mask)
    write_mask(mask, tmp_path / "mask.nii.gz", like=tmp_path / "scan.nrrd")

    assert read_mask(tmp_path / "mask.nii.gz").grid.is_same_as(sheared_scan.grid)


def test_a_mask_that_does_not_lie_on_the_grid_of_its_scan_is_not_written(
    sheared_scan: Volume, small_mask: np.ndarray, tmp_path: Path
) -> None:
    write_volume(sheared_scan, tmp_path / "scan.nii")
    elsewhere = Volume(small_mask, np.eye(4))

    with pytest.raises(OutputError, match=r"does not lie on the grid of .*scan\.nii, so it was"):
        write_mask(elsewhere, tmp_path / "mask.nii", like=tmp_path / "scan.nii")
    assert [path.name for path in tmp_path.iterdir()] == ["scan.nii"]


@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd", ".mha"])
def test_masks_are_compressed(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"mask{suffix}"
    write_mask(Volume(np.zeros((40, 50, 60), np.uint8), np.eye(4)), path)

    assert path.stat().st_size < 2000


def test_the_same_mask_is_the_same_file(
    small_mask: np.ndarray, sheared_affine: np.ndarray, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        write_mask(Volume(small_mask, sheared_affine), tmp_path / f"{name}.nii.gz")

    first, second = (tmp_path / f"{name}.nii.gz" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_mask_of_another_type_is_refused(sheared_scan: Volume, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="uint8"):
        write_mask(sheared_scan, tmp_path / "mask.nii.gz")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_probability_map_is_written_as_float32(
    suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    probability = sheared_scan.with_array(np.linspace(0, 1, 120).reshape(4, 5, 6))
    write_volume(probability, tmp_path / f"probability{suffix}")
    back = read_volume(tmp_path / f"probability{suffix}")

    assert back.array.dtype == np.float32
    np.testing.assert_array_equal(back.array, probability.array.astype(np.float32))
    assert back.grid.is_same_as(sheared_scan.grid)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_values_in_any_order_of_bytes_are_written(suffix: str, order: str, tmp_path: Path) -> None:
    values = np.arange(-12, 12).reshape(2, 3, 4).astype(f"{order}i2")
    path = tmp_path / f"scan{suffix}"

    write_volume(Volume(values, np.diag([1.0, 2.0, 3.0, 1.0])), path)

    back = read_volume(path)
    np.testing.assert_array_equal(back.array, values)
    np.testing.assert_allclose(back.grid.spacing, [1, 2, 3])


@pytest.mark.parametrize("name", ["mask.png", "mask", "mask.gz", "mask.nhdr"])
def test_an_unknown_ending_is_refused(name: str, small_mask: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as told:
        write_mask(Volume(small_mask, np.eye(4)), tmp_path / name)
    assert_tells(told.value, str(tmp_path / name), ".nii.gz, .nii, .nrrd or .mha")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_missing_output_folder_is_told(
    suffix: str, small_mask: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "nowhere" / f"mask{suffix}"

    with pytest.raises(OutputError) as told:
        write_mask(Volume(small_mask, np.eye(4)), path)
    assert_tells(told.value, str(path), f"{path.parent} does not exist", "create it first")


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    path = tmp_path / "results" / "mask.nii.gz"

    with pytest.raises(OutputError) as told:
        check_output_path(path)
    assert_tells(told.value, str(path), f"{path.parent} is not a folder", "another place")


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_read_only_folder_is_told(suffix: str, small_mask: np.ndarray, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    folder.chmod(0o555)
    path = folder / f"mask{suffix}"

    with pytest.raises(OutputError) as told:
        write_mask(Volume(small_mask, np.eye(4)), path)
    assert_tells(told.value, str(path), f"{folder} is read-only", "choose another folder")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mask.nii.gz"
    path.mkdir()

    with pytest.raises(OutputError, match="it is a folder; give the name of a file"):
        check_output_path(path)


def test_a_good_output_path_passes_and_leaves_nothing(tmp_path: Path) -> None:
    check_output_path(tmp_path / "mask.nii.gz")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["mask.nii.gz", "mask.nii"])
def test_a_sheared_grid_in_nifti_is_told_to_be_unreadable_for_itk(
    name: str, small_mask: np.ndarray, sheared_affine: np.ndarray, tmp_path: Path
) -> None:
    mask = Volume(small_mask, sheared_affine)
    write_mask(mask, tmp_path / name)
    with pytest.raises(RuntimeError, match="orthonormal"):
        sitk.ReadImage(str(tmp_path / name))

    (warning,) = format_warnings(mask.grid, tmp_path / name)
    assert "cannot read" in warning
    assert name in warning
    assert ".nrrd" in warning


@pytest.mark.parametrize(
    ("name", "affine"),
    [
        ("mask.nrrd", "sheared_affine"),
        ("mask.mha", "sheared_affine"),
        ("mask.nii.gz", "oblique_affine"),
        ("mask.nii.gz", "left_handed_affine"),
    ],
)
def test_what_itk_can_read_is_not_told_about(
    name: str,
    affine: str,
    small_mask: np.ndarray,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    mask = Volume(small_mask, request.getfixturevalue(affine))
    write_mask(mask, tmp_path / name)

    assert sitk.ReadImage(str(tmp_path / name)).GetSize() == (6, 5, 4)
    assert format_warnings(mask.grid, tmp_path / name) == []
