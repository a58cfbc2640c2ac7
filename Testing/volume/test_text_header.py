"""NRRD and MetaImage headers: what is missing or unusual is told by its name."""

from __future__ import annotations

import bz2
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_mask, read_volume
from PancreasSegLib.volume.image_file import image_of

VOXELS = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
SPACE = "space: left-posterior-superior\n"
DIRECTIONS = "space directions: (0.5,0,0) (0,0.75,0) (0,0,2)\n"
MATRIX = "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 5 6 7\n"
SPACING = "ElementSpacing = 0.5 0.75 2\n"
NO_ORIENTATION = "does not say how its voxels lie in the patient"
NO_SIZE = "1 mm was assumed"


def write_nrrd(
    path: Path, geometry: str, encoding: str = "raw", voxels: bytes | None = None
) -> Path:
    header = (
        f"NRRD0004\ntype: short\ndimension: 3\n{geometry}sizes: 4 3 2\nendian: little\n"
        f"encoding: {encoding}\n\n"
    )
    path.write_bytes(
        header.encode() + (VOXELS.astype("<i2").tobytes() if voxels is None else voxels)
    )
    return path


def write_mha(path: Path, geometry: str) -> Path:
    header = (
        f"ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
        f"{geometry}DimSize = 4 3 2\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    )
    path.write_bytes(header.encode() + VOXELS.astype("<i2").tobytes())
    return path


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        (SPACE + DIRECTIONS, []),
        ("spacings: 0.5 0.75 2\n", [NO_ORIENTATION]),
        ("", [NO_ORIENTATION, NO_SIZE]),
    ],
)
def test_what_a_nrrd_does_not_say_of_its_geometry_is_told(
    geometry: str, told: list[str], tmp_path: Path
) -> None:
    scan = read_volume(write_nrrd(tmp_path / "scan.nrrd", geometry))

    np.testing.assert_array_equal(scan.array, VOXELS)
    assert scan.grid.spacing.tolist() == ([1, 1, 1] if NO_SIZE in told else [0.5, 0.75, 2])
    assert len(scan.warnings) == len(told)
    assert all(part in warning for part, warning in zip(told, scan.warnings, strict=True))


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        (MATRIX + SPACING, []),
        (MATRIX + "ElementSize = 0.5 0.75 2\n", []),
        (SPACING, [NO_ORIENTATION]),
        (MATRIX, [NO_SIZE]),
        ("", [NO_ORIENTATION, NO_SIZE]),
    ],
)
def test_what_a_metaimage_does_not_say_of_its_geometry_is_told(
    geometry: str, told: list[str], tmp_path: Path
) -> None:
    scan = read_volume(write_mha(tmp_path / "scan.mha", geometry))

    np.testing.assert_array_equal(scan.array, VOXELS)
    assert scan.grid.spacing.tolist() == ([1, 1, 1] if NO_SIZE in told else [0.5, 0.75, 2])
    assert len(scan.warnings) == len(told)
    assert all(part in warning for part, warning in zip(told, scan.warnings, strict=True))


@pytest.mark.parametrize("suffix", [".nrrd", ".nhdr", ".mha", ".mhd"])
def test_files_of_itk_say_all_of_their_geometry(
    suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    sitk.WriteImage(image_of(sheared_scan), str(tmp_path / f"scan{suffix}"))

    assert read_volume(tmp_path / f"scan{suffix}").warnings == ()


@pytest.mark.parametrize(
    "write",
    [
        lambda path: write_mha(
            path / "scan.mha", "TransformMatrix = 0 0 0 0 0 0 0 0 0\n" + SPACING
        ),
        lambda path: write_nrrd(
            path / "scan.nrrd", SPACE + "space directions: (0,0,0) (0,0,0) (0,0,0)\n"
        ),
        lambda path: write_nrrd(
            path / "scan.nrrd", SPACE + "space directions: (1,0,0) (1,0,0) (0,0,1)\n"
        ),
    ],
)
def test_axes_that_span_nothing_are_no_damage(write: object, tmp_path: Path) -> None:
    assert callable(write)
    with pytest.raises(InputError, match="does not say where its voxels lie"):
        read_volume(write(tmp_path))


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
def test_a_missing_data_file_is_told_by_its_name(
    suffix: str, sheared_scan: Volume, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"scan{suffix}"
    sitk.WriteImage(image_of(sheared_scan), str(path))
    (data,) = (file for file in tmp_path.iterdir() if file != path)
    data.unlink()

    with pytest.raises(InputError) as told:
        read_volume(path)
    assert str(told.value).startswith(f"{path} is only a header")
    assert data.name in str(told.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
@pytest.mark.parametrize("name", ["Åse", "ążę", "хирург", "scan à", "…"])
def test_data_files_are_found_whose_names_hold_bytes_that_end_a_line_of_text(
    name: str, suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}{suffix}"
    sitk.WriteImage(image_of(sheared_scan), str(path))
    assert len(list(tmp_path.iterdir())) == 2

    np.testing.assert_array_equal(read_volume(path).array, sheared_scan.array)


def test_a_letter_in_a_nrrd_hides_no_field_after_it(tmp_path: Path) -> None:
    path = write_nrrd(tmp_path / "scan.nrrd", "content: Å\n" + SPACE + DIRECTIONS)

    assert read_volume(path).warnings == ()


@pytest.mark.parametrize("form", ["50%_%03d.raw", "%s_%d.raw", "%d_%d.raw"])
def test_what_is_no_form_of_numbered_names_is_the_name_of_a_data_file(
    form: str, tmp_path: Path
) -> None:
    path = tmp_path / "scan.nhdr"
    path.write_text(f"NRRD0004\ntype: short\ndimension: 3\nsizes: 4 3 2\ndata file: {form} 1 2 1\n")

    with pytest.raises(InputError, match=f"the file with its voxels, {form} 1 2 1, is not there"):
        read_volume(path)


def test_numbered_data_files_may_be_named_by_any_letters(tmp_path: Path) -> None:
    path = tmp_path / "scan.nhdr"
    write_nrrd(path, SPACE + DIRECTIONS)
    header = path.read_bytes().split(b"\n\n")[0]
    path.write_bytes(header + "\ndata file: Å%03d.raw 1 2 1 2\n".encode())
    for number in (1, 2):
        (tmp_path / f"Å00{number}.raw").write_bytes(VOXELS[number - 1].tobytes())

    np.testing.assert_array_equal(read_volume(path).array, VOXELS)


def test_one_missing_data_file_of_many_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "scan.nhdr"
    write_nrrd(path, SPACE + DIRECTIONS)
    header = path.read_text("latin-1").split("\n\n")[0]
    path.write_text(header + "\ndata file: slice%03d.raw 1 2 1 2\n")
    for number in (1, 2):
        (tmp_path / f"slice00{number}.raw").write_bytes(VOXELS[number - 1].tobytes())
    np.testing.assert_array_equal(read_volume(path).array, VOXELS)
    (tmp_path / "slice002.raw").unlink()

    with pytest.raises(InputError, match=r"slice002\.raw"):
        read_volume(path)


def test_bzip2_is_called_by_its_name(tmp_path: Path) -> None:
    packed = bz2.compress(VOXELS.tobytes())
    path = write_nrrd(tmp_path / "scan.nrrd", SPACE + DIRECTIONS, "bzip2", packed)

    with pytest.raises(InputError, match="packed by bzip2, which cannot be read"):
        read_volume(path)


@pytest.mark.parametrize("read", [read_volume, read_mask])
def test_a_segmentation_in_layers_has_no_colours(read: object, tmp_path: Path) -> None:
    path = tmp_path / "two.seg.nrrd"
    header = (
        "NRRD0004\ntype: uchar\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 2 2 2\n"
        "space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\n"
        "encoding: raw\nSegment0_Layer:=0\nSegment1_Layer:=1\n\n"
    )
    path.write_bytes(header.encode() + bytes(16))

    assert callable(read)
    with pytest.raises(InputError, match="segmentation in layers") as told:
        read(path)
    assert "colours" not in str(told.value)
