"""Voxels that a MetaImage file lacks are told, and not taken for zeros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_volume
from PancreasSegLib.volume.image_file import image_of
from Testing.sentences import assert_tells

VOXELS = np.random.default_rng(0).integers(-1000, 1000, (4, 5, 6)).astype(np.int16)


@pytest.fixture(autouse=True)
def _nothing_of_itk_is_printed(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert capfd.readouterr() == ("", "")


def written(path: Path, compressed: bool) -> Path:
    """The scan at `path`; gives the file that holds its voxels."""
    sitk.WriteImage(image_of(Volume(VOXELS, np.eye(4))), str(path), useCompression=compressed)
    return next((file for file in path.parent.iterdir() if file != path), path)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("suffix", [".mha", ".mhd"])
def test_voxels_that_were_cut_off_are_damage(suffix: str, compressed: bool, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    data = written(path, compressed)
    np.testing.assert_array_equal(read_volume(path).array, VOXELS)
    content = data.read_bytes()

    for missing in (1, 50, 200):
        data.write_bytes(content[:-missing])
        with pytest.raises(InputError) as told:
            read_volume(path)
        assert_tells(told.value, str(path), "damaged or cut short")


@pytest.mark.parametrize("suffix", [".mha", ".mhd"])
def test_voxels_that_are_not_packed_as_the_header_says_are_damage(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"scan{suffix}"
    written(path, compressed=False)
    path.write_bytes(path.read_bytes().replace(b"CompressedData = False", b"CompressedData = True"))

    with pytest.raises(InputError, match="damaged or cut short"):
        read_volume(path)


@pytest.mark.parametrize("line", ["DimSize", "ElementType", "ElementDataFile"])
def test_a_header_that_was_cut_is_no_image(line: str, tmp_path: Path) -> None:
    path = tmp_path / "scan.mha"
    written(path, compressed=False)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(line.encode())])

    with pytest.raises(InputError) as told:
        read_volume(path)
    assert_tells(told.value, str(path), "not an image")


def test_an_unknown_type_of_voxels_is_no_image(tmp_path: Path) -> None:
    path = tmp_path / "scan.mha"
    written(path, compressed=False)
    path.write_bytes(path.read_bytes().replace(b"MET_SHORT", b"MET_TRIPE"))

    with pytest.raises(InputError, match="not an image"):
        read_volume(path)


def test_a_slice_file_that_was_cut_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "scan.mhd"
    written(path, compressed=False)
    header = path.read_text()
    path.write_text(re.sub(r"ElementDataFile = .*", "ElementDataFile = s%d.raw 1 4 1", header))
    for number, one in enumerate(VOXELS, 1):
        (tmp_path / f"s{number}.raw").write_bytes(one.tobytes())
    np.testing.assert_array_equal(read_volume(path).array, VOXELS)
    (tmp_path / "s3.raw").write_bytes(VOXELS[2].tobytes()[:-2])

    with pytest.raises(InputError, match="damaged or cut short"):
        read_volume(path)


@pytest.mark.parametrize("name", [b"ElementDataFiLe", b"elementdatafile"])
def test_a_misspelt_name_of_a_field_is_told_and_no_crash(name: bytes, tmp_path: Path) -> None:
    """Found by Testing/fuzzing: MetaIO tells large and small letters apart."""
    path = tmp_path / "scan.mha"
    written(path, compressed=True)
    path.write_bytes(path.read_bytes().replace(b"ElementDataFile", name))

    with pytest.raises(InputError) as told:
        read_volume(path)
    assert_tells(told.value, str(path), "is not an image", "export the scan again")
