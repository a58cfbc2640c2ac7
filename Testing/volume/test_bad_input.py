"""Every file that cannot be used is refused in one plain sentence with its name and a next step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_mask, read_volume, write_volume
from Testing.sentences import assert_tells

FORMATS = [".nii", ".nii.gz", ".nrrd", ".mha"]
COLOURS = "holds colours or several values per voxel; give a scan with one grey value per voxel."


def refusal_of(path: Path) -> str:
    with pytest.raises(InputError) as told:
        read_volume(path)
    message = str(told.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert told.value.exit_code == 1
    return message.removeprefix(str(path)).strip()


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "scan.nii.gz") == "does not exist; check the path."


def test_a_file_of_an_unknown_kind(tmp_path: Path) -> None:
    path = tmp_path / "scan.docx"
    path.write_text("no scan")

    assert_tells(refusal_of(path), "not a scan that can be read", ".nii.gz", "DICOM (a folder")


@pytest.mark.parametrize("suffix", [*FORMATS, ".nhdr", ".mhd"])
@pytest.mark.parametrize("content", [b"", b"this is a letter, not a scan\n" * 30])
def test_a_file_that_is_no_image_in_spite_of_its_name(
    suffix: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"scan{suffix}"
    path.write_bytes(content)

    assert refusal_of(path) == (
        "is not an image, in spite of its name; check that it is the right file, or export the "
        "scan again."
    )


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("kept", [0.7, 0.95])
def test_a_truncated_file(suffix: str, kept: float, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    noise = np.random.default_rng(0).integers(0, 1000, (12, 16, 20)).astype(np.int16)
    write_volume(Volume(noise, np.eye(4)), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    assert refusal_of(path) == "is damaged or cut short; copy or download it again."


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("shape", [(8, 9), (1, 8, 9)])
def test_a_2d_picture(suffix: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    picture = np.arange(72, dtype=np.int16).reshape(shape)
    sitk.WriteImage(sitk.GetImageFromArray(picture), str(path))

    assert refusal_of(path) == (
        "is a single picture, not a volume; give the whole scan with all its slices."
    )


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_4d_series(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"series{suffix}"
    series = np.arange(5 * 24, dtype=np.int16).reshape(5, 2, 3, 4)
    sitk.WriteImage(sitk.GetImageFromArray(series, isVector=False), str(path))

    assert refusal_of(path) == (
        "is a series of 5 volumes (4D); save the one that you want to a file of its own."
    )


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("kind", ["RGB", "vector"])
def test_colours_and_vectors(suffix: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"colours{suffix}"
    dtype = np.uint8 if kind == "RGB" else np.float32
    values = np.arange(2 * 3 * 4 * 3).reshape(2, 3, 4, 3).astype(dtype)
    sitk.WriteImage(sitk.GetImageFromArray(values, isVector=True), str(path))

    assert refusal_of(path) == COLOURS


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_scan_without_numbers_in_much_of_the_body(
    suffix: str, value: float, tmp_path: Path
) -> None:
    path = tmp_path / f"scan{suffix}"
    array = np.full((6, 8, 10), 40, np.float32)
    array[:, :, 0] = -1000
    array[1:-1, 1:-1, 1:-1] = value
    write_volume(Volume(array, np.eye(4)), path)

    message = refusal_of(path)
    assert "not numbers (NaN) or infinite" in message
    assert "% of the body" in message
    assert "export it again" in message


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_scan_without_any_number(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    write_volume(Volume(np.full((2, 3, 4), np.nan, np.float32), np.eye(4)), path)

    assert "no number at all" in refusal_of(path)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_mask_without_a_number_somewhere_is_to_have_0_there(
    suffix: str, value: float, tmp_path: Path
) -> None:
    path = tmp_path / f"mask{suffix}"
    array = np.zeros((2, 2, 2), np.float32)
    array[0, 0, 0] = value
    write_volume(Volume(array, np.eye(4)), path)

    with pytest.raises(InputError) as told:
        read_mask(path)
    assert str(told.value).startswith(f"{path} holds values that are not numbers (NaN)")
    assert "by 0 for what is outside of the mask" in str(told.value)
    assert "1000" not in str(told.value)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("value", [0, -1024])
def test_a_constant_image(suffix: str, value: int, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    write_volume(Volume(np.full((2, 3, 4), value, np.int16), np.eye(4)), path)

    assert refusal_of(path) == (
        f"has the same value ({value}) everywhere; check that it is the scan, and export it again."
    )


def test_a_nifti_whose_axes_have_no_length(tmp_path: Path) -> None:
    path = tmp_path / "scan.nii"
    write_volume(Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4)), path)
    content = bytearray(path.read_bytes())
    content[280:328] = bytes(48)  # the sform
    path.write_bytes(content)

    assert refusal_of(path) == (
        "does not say where its voxels lie (its axes are zero, infinite or in one plane); export "
        "the scan again with its geometry."
    )


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_that_one_may_not_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    write_volume(Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4)), path)
    path.chmod(0)

    assert refusal_of(path) == ("cannot be opened (Permission denied); check that you may read it.")


def test_a_path_that_is_too_long_for_the_system(tmp_path: Path) -> None:
    message = refusal_of(tmp_path / ("x" * 300 + ".nii.gz"))

    assert message == "cannot be opened (File name too long); check that you may read it."
