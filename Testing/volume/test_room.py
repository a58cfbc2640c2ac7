"""A scan that cannot fit into the memory is refused by its header, before it is read."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError, OutOfMemory
from PancreasSegLib.volume import Volume, read_volume, room, write_volume
from Testing.sentences import assert_tells

SIZE = 6_000


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_a_scan_without_room_is_refused(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"scan{suffix}"
    write_volume(Volume(np.arange(24_000, dtype=np.int16).reshape(20, 30, 40), np.eye(4)), path)
    assert read_volume(path).array.shape == (20, 30, 40)
    monkeypatch.setattr(room, "free_bytes", lambda: 24_000)

    with pytest.raises(OutOfMemory) as told:
        read_volume(path)
    assert_tells(told.value, str(path), "40 x 30 x 20 voxels", "are free", "cut out the abdomen")


def enormous_nifti() -> bytes:
    """The header of 432 GB of voxels, and some of them."""
    header = bytearray(352)
    header[:4] = (348).to_bytes(4, "little")
    header[40:48] = np.array([3, SIZE, SIZE, SIZE], "<i2").tobytes()
    header[70:74] = np.array([4, 16], "<i2").tobytes()
    header[76:92] = np.ones(4, "<f4").tobytes()
    header[108:112] = np.array([352], "<f4").tobytes()
    header[344:348] = b"n+1\0"
    return bytes(header) + bytes(1000)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_an_enormous_matrix_without_its_voxels_is_damaged(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    path.write_bytes(enormous_nifti() if suffix == ".nii" else gzip.compress(enormous_nifti()))

    with pytest.raises(InputError) as told:
        read_volume(path)
    assert_tells(told.value, str(path), "is damaged or cut short")


def test_an_enormous_matrix_with_its_voxels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.nii"
    with path.open("wb") as file:
        file.write(enormous_nifti())
        try:
            file.truncate(2 * SIZE**3 + 352)  # sparse: it takes no room on the disk
        except OSError:
            pytest.skip("this file system holds no such file")

    with pytest.raises(OutOfMemory) as told:
        read_volume(path)
    assert_tells(told.value, str(path), "6000 x 6000 x 6000 voxels", "1080.0 GB")


def test_an_enormous_matrix_of_other_formats_is_refused(tmp_path: Path) -> None:
    fields = {
        "scan.nrrd": "NRRD0004\ntype: short\ndimension: 3\nsizes: 6000 6000 6000\n"
        "encoding: gzip\nendian: little\n\n",
        "scan.mha": "ObjectType = Image\nNDims = 3\nBinaryData = True\nCompressedData = True\n"
        "DimSize = 6000 6000 6000\nElementType = MET_SHORT\nElementDataFile = LOCAL\n",
    }
    for name, header in fields.items():
        path = tmp_path / name
        path.write_bytes(header.encode() + gzip.compress(bytes(100)))

        with pytest.raises((OutOfMemory, InputError)) as told:
            read_volume(path)
        assert str(path) in str(told.value)
