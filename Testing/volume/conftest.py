"""Small scans, affines and DICOM folders that the tests of this room share."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.volume import Volume


@pytest.fixture
def oblique_affine() -> np.ndarray:
    """Turned by 3-4-5 triangles about z and x, anisotropic, off-centre."""
    about_z = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, 0.8, -0.6], [0.0, 0.6, 0.8]])
    affine = np.eye(4)
    affine[:3, :3] = about_z @ about_x * [0.75, 1.25, 2.5]
    affine[:3, 3] = [-120.5, 30.25, -700.0]
    return affine


@pytest.fixture
def sheared_affine(oblique_affine: np.ndarray) -> np.ndarray:
    """The oblique affine with slices that slide along, as under a tilted gantry."""
    affine = oblique_affine.copy()
    affine[:3, 2] += 0.6 * affine[:3, 1] - 0.2 * affine[:3, 0]
    return affine


@pytest.fixture
def left_handed_affine() -> np.ndarray:
    """Sagittal slices: i to Superior, j to Posterior, k to Left."""
    return np.array(
        [[0.0, 0.0, 3.0, -50.0], [0.0, 0.5, 0.0, 80.0], [0.5, 0.0, 0.0, 10.0], [0, 0, 0, 1.0]]
    )


@pytest.fixture(params=["oblique_affine", "sheared_affine", "left_handed_affine"])
def any_affine(request: pytest.FixtureRequest) -> np.ndarray:
    affine: np.ndarray = request.getfixturevalue(request.param)
    return affine


@pytest.fixture
def small_array() -> np.ndarray:
    """(4, 5, 6) int16, every voxel another value."""
    return np.arange(4 * 5 * 6, dtype=np.int16).reshape(4, 5, 6) - 50


@pytest.fixture
def small_mask() -> np.ndarray:
    """(4, 5, 6) uint8 with a few voxels set."""
    mask = np.zeros((4, 5, 6), np.uint8)
    mask[1:3, 2, 1:5] = 1
    return mask


@pytest.fixture
def sheared_scan(small_array: np.ndarray, sheared_affine: np.ndarray) -> Volume:
    return Volume(small_array, sheared_affine)


@pytest.fixture
def write_dicom_slices(tmp_path: Path) -> Callable[..., Path]:
    """Writes 4 x 3 pixel slices, one file for each position, into the folder `series`.

    The k-th slice holds 0 to 11 plus 100 k, and rescale intercept -1024.
    """
    folder = tmp_path / "series"

    def write(
        positions: list[tuple[float, float, float]],
        tags: Mapping[str, str] | None = None,
        pixels: np.ndarray | None = None,
        packed_by: str | None = None,
    ) -> Path:
        folder.mkdir(exist_ok=True)
        written = len(list(folder.iterdir()))
        for k, position in enumerate(positions):
            array = np.arange(12, dtype=np.int16).reshape(3, 4) + 100 * k - 1024
            array = array if pixels is None else pixels
            image = sitk.GetImageFromArray(array, isVector=array.shape[-1] == 3)
            image.SetSpacing([0.75, 0.5] + [2.0] * (image.GetDimension() - 2))
            values = {
                "0008|0060": "CT",
                "0008|0018": f"1.2.3.{written + k + 1}",
                "0020|000d": "1.2.3",
                "0020|000e": "1.2.3.100",
                "0020|0032": "\\".join(str(value) for value in position),
                "0020|0037": "1\\0\\0\\0\\1\\0",
                **({} if pixels is not None else {"0028|1052": "-1024", "0028|1053": "1"}),
                **(tags or {}),
            }
            for tag, value in values.items():
                image.SetMetaData(tag, value)
            writer = sitk.ImageFileWriter()
            writer.KeepOriginalImageUIDOn()
            if packed_by is not None:
                writer.UseCompressionOn()
                writer.SetCompressor(packed_by)
            # Names run against the positions: only these may decide the order.
            writer.SetFileName(str(folder / f"{900 - written - k}.dcm"))
            writer.Execute(image)
        return folder

    return write


@pytest.fixture
def empty_tag() -> Callable[[Path, int, int], None]:
    """Leaves a tag without its value in all slices of a folder (implicit little endian)."""

    def empty(folder: Path, group: int, element: int) -> None:
        for path in folder.iterdir():
            content = path.read_bytes()
            start = content.index(struct.pack("<HH", group, element), 132) + 4
            length = int.from_bytes(content[start : start + 4], "little")
            path.write_bytes(content[:start] + bytes(4) + content[start + 4 + length :])

    return empty
