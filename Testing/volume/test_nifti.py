"""NIfTI files written byte by byte after nifti1.h and nifti2.h, and checked against ITK."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_volume, write_volume
from PancreasSegLib.volume.image_file import image_affine

SFORM = [[-0.8, 0.1, 0.5, 11.0], [0.0, -0.9, 1.5, 22.0], [0.0, 0.0, 3.0, 33.0]]
SFORM_IN_LPS = [[0.8, -0.1, -0.5, -11], [0, 0.9, -1.5, -22], [0, 0, 3, 33], [0, 0, 0, 1]]
VOXELS = np.arange(24, dtype=np.int16).reshape(2, 3, 4) * 100


def nifti_1(order: str = "<", **changes: float) -> bytes:
    """A 4 x 3 x 2 int16 NIfTI-1 file with a sheared sform; `changes` replace single fields."""
    values = {"slope": 0.0, "inter": 0.0, "units": 2, "sform_code": 2, "qform_code": 0} | changes
    header = bytearray(352)
    struct.pack_into(order + "i", header, 0, 348)
    struct.pack_into(order + "8h", header, 40, 3, 4, 3, 2, 1, 1, 1, 1)
    struct.pack_into(order + "hh", header, 70, 4, 16)
    struct.pack_into(order + "8f", header, 76, 1, 0.8, 0.9, 3.4, 0, 0, 0, 0)
    struct.pack_into(order + "3f", header, 108, 352, values["slope"], values["inter"])
    struct.pack_into("B", header, 123, int(values["units"]))
    struct.pack_into(
        order + "hh", header, 252, int(values["qform_code"]), int(values["sform_code"])
    )
    struct.pack_into(order + "12f", header, 280, *np.ravel(SFORM))
    header[344:348] = b"n+1\0"
    return bytes(header) + VOXELS.astype(order + "i2").tobytes()


def nifti_2(order: str) -> bytes:
    """The same as NIfTI-2."""
    header = bytearray(544)
    struct.pack_into(order + "i8shh", header, 0, 540, b"n+2\0\r\n\x1a\n", 4, 16)
    struct.pack_into(order + "8q", header, 16, 3, 4, 3, 2, 1, 1, 1, 1)
    struct.pack_into(order + "8d", header, 104, 1, 0.8, 0.9, 3.4, 0, 0, 0, 0)
    struct.pack_into(order + "q2d", header, 168, 544, 0, 0)
    struct.pack_into(order + "ii", header, 344, 0, 2)
    struct.pack_into(order + "12d", header, 400, *np.ravel(SFORM))
    struct.pack_into(order + "i", header, 500, 2)
    return bytes(header) + VOXELS.astype(order + "i2").tobytes()


def read_bytes(content: bytes, folder: Path) -> Volume:
    path = folder / "scan.nii"
    path.write_bytes(content)
    return read_volume(path)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("build", [nifti_1, nifti_2])
def test_both_versions_and_byte_orders_are_read_with_their_sheared_sform(
    build: type, order: str, tmp_path: Path
) -> None:
    scan = read_bytes(build(order), tmp_path)

    assert scan.array.dtype == np.int16
    assert scan.array.dtype.isnative
    np.testing.assert_array_equal(scan.array, VOXELS)
    np.testing.assert_allclose(scan.affine, SFORM_IN_LPS, atol=1e-6)
    assert scan.modality is None


@pytest.mark.parametrize(
    ("datatype", "told"),
    [
        (1536, "128-bit floating point numbers"),
        (32, "complex numbers"),
        (1, "single bits"),
        (128, "holds colours or several values per voxel"),
    ],
)
def test_a_type_that_cannot_be_read_is_told_by_its_name(
    datatype: int, told: str, tmp_path: Path
) -> None:
    content = bytearray(nifti_1())
    struct.pack_into("<h", content, 70, datatype)

    with pytest.raises(InputError, match=told):
        read_bytes(bytes(content), tmp_path)


def test_slope_and_intercept_are_applied(tmp_path: Path) -> None:
    scan = read_bytes(nifti_1(slope=0.5, inter=-1024.0), tmp_path)

    assert scan.array.dtype == np.float32
    np.testing.assert_array_equal(scan.array, VOXELS * 0.5 - 1024)


@pytest.mark.parametrize("slope", [0.0, float("nan")])
def test_no_slope_means_the_stored_values(slope: float, tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_bytes(nifti_1(slope=slope), tmp_path).array, VOXELS)


@pytest.mark.parametrize(("units", "mm"), [(0, 1.0), (1, 1000.0), (2, 1.0), (3, 0.001), (10, 1.0)])
def test_metres_and_micrometres_become_millimetres(units: int, mm: float, tmp_path: Path) -> None:
    scan = read_bytes(nifti_1(units=units), tmp_path)

    np.testing.assert_allclose(scan.affine[:3], np.array(SFORM_IN_LPS)[:3] * mm, rtol=1e-6)


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_bytes(gzip.compress(nifti_1()), tmp_path).array, VOXELS)


@pytest.mark.parametrize("appended", [b"<!-- proxy footer -->\n", bytes(512), b"\x1f", b"\r\n"])
def test_what_is_appended_to_a_gzipped_file_is_left_aside(appended: bytes, tmp_path: Path) -> None:
    content = gzip.compress(nifti_1()) + appended

    np.testing.assert_array_equal(read_bytes(content, tmp_path).array, VOXELS)


def test_all_parts_of_a_file_that_was_gzipped_in_parts_are_read(tmp_path: Path) -> None:
    whole = nifti_1()
    parts = gzip.compress(whole[:100]) + gzip.compress(whole[100:370]) + gzip.compress(whole[370:])

    np.testing.assert_array_equal(read_bytes(parts + b"a text", tmp_path).array, VOXELS)


@pytest.mark.parametrize("position", [-6, -2, 40])
def test_a_gzipped_file_with_a_wrong_byte_is_damaged(position: int, tmp_path: Path) -> None:
    content = bytearray(gzip.compress(nifti_1()))
    content[position] ^= 0xFF

    with pytest.raises(InputError, match="is damaged or cut short"):
        read_bytes(bytes(content), tmp_path)


def test_a_last_part_that_is_cut_short_is_damage(tmp_path: Path) -> None:
    whole = nifti_1()
    content = gzip.compress(whole) + gzip.compress(b"more")[:-3]

    with pytest.raises(InputError, match="is damaged or cut short"):
        read_bytes(content, tmp_path)


@pytest.mark.parametrize("left_empty", [1, 0], ids=["one", "zero, as some write it"])
def test_a_fourth_dimension_of_one_is_no_series(left_empty: int, tmp_path: Path) -> None:
    content = bytearray(nifti_1())
    struct.pack_into("<8h", content, 40, 5, 4, 3, 2, left_empty, left_empty, 1, 1)

    np.testing.assert_array_equal(read_bytes(bytes(content), tmp_path).array, VOXELS)


def written_by_itk(path: Path, affine: np.ndarray) -> sitk.Image:
    image = sitk.GetImageFromArray(VOXELS)
    image.SetSpacing(np.linalg.norm(affine[:3, :3], axis=0).tolist())
    image.SetDirection((affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)).ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    sitk.WriteImage(image, str(path))
    return image


@pytest.mark.parametrize("name", ["oblique_affine", "left_handed_affine"])
@pytest.mark.parametrize("forms", ["sform and qform", "qform only"])
def test_the_affine_is_the_one_that_itk_reads(
    name: str, forms: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "itk.nii"
    image = written_by_itk(path, request.getfixturevalue(name))
    content = bytearray(path.read_bytes())
    if forms == "qform only":
        struct.pack_into("<h", content, 254, 0)
    path.write_bytes(content)

    np.testing.assert_allclose(read_volume(path).affine, image_affine(image), atol=1e-3)


def test_a_file_without_any_form_lies_where_itk_puts_it(tmp_path: Path) -> None:
    scan = read_bytes(nifti_1(sform_code=0), tmp_path)
    itk = image_affine(sitk.ReadImage(str(tmp_path / "scan.nii")))

    np.testing.assert_allclose(scan.affine, np.diag([0.8, 0.9, 3.4, 1.0]), atol=1e-6)
    np.testing.assert_allclose(scan.affine, itk, atol=1e-6)


def test_itk_reads_our_files_where_they_lie(
    oblique_affine: np.ndarray, small_array: np.ndarray, tmp_path: Path
) -> None:
    write_volume(Volume(small_array, oblique_affine), tmp_path / "ours.nii.gz")
    image = sitk.ReadImage(str(tmp_path / "ours.nii.gz"))

    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), small_array)
    np.testing.assert_allclose(image_affine(image), oblique_affine, atol=1e-3)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.integers(0, 351), value=st.integers(0, 255), version=st.sampled_from([1, 2]))
def test_a_damaged_header_is_read_or_refused_but_never_a_crash(
    position: int, value: int, version: int, tmp_path: Path
) -> None:
    content = bytearray(nifti_1() if version == 1 else nifti_2("<"))
    content[position] = value
    try:
        scan = read_bytes(bytes(content), tmp_path)
    except InputError as error:
        assert "scan.nii" in str(error)
    else:
        assert scan.array.size <= VOXELS.nbytes
