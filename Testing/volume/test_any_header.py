"""Whatever a header and its voxels hold: a volume with a place, or a plain sentence."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.volume import Volume, read_volume, write_volume

pytestmark = pytest.mark.filterwarnings("error")  # a user would see it on the terminal

SHAPE = (3, 4, 5)
ANY_FLOAT = st.floats(width=32) | st.sampled_from([0.0, 1.0, -1.0])
WHOLE = st.integers(-(2**15), 2**15 - 1)
LENGTH = st.floats(0.01, 50.0)
ANGLE = st.floats(-np.pi, np.pi)
TYPES = [np.int16, np.uint8, np.uint16, np.int32, np.float32]

few = settings(max_examples=60, deadline=None)


def refused_or_placed(path: Path) -> None:
    """Read and check it as a scan."""
    try:
        volume = read_volume(path)
        Job(volume).check()
    except PancreasSegError as error:
        assert str(error) and "\n" not in str(error)
        return
    assert np.isfinite(volume.affine).all()
    assert abs(np.linalg.det(volume.affine)) > 0
    assert np.isfinite([volume.array.min(), volume.array.max()]).all()


@few
@given(
    dim=st.lists(WHOLE, min_size=8, max_size=8) | st.just([3, 5, 4, 3, 1, 1, 1, 1]),
    datatype=st.sampled_from([0, 2, 4, 8, 16, 64, 256, 512, 768, 1024, 128, 32]) | WHOLE,
    sizes=st.lists(ANY_FLOAT, min_size=8, max_size=8),
    offset=st.just(352.0) | ANY_FLOAT,
    scaling=st.tuples(ANY_FLOAT, ANY_FLOAT) | st.just((1.0, 0.0)),
    codes=st.tuples(st.integers(0, 4) | WHOLE, st.integers(0, 4) | WHOLE),
    forms=st.lists(ANY_FLOAT, min_size=18, max_size=18),
)
def test_any_nifti_header_gives_a_volume_with_a_place_or_a_sentence(
    dim: list[int],
    datatype: int,
    sizes: list[float],
    offset: float,
    scaling: tuple[float, float],
    codes: tuple[int, int],
    forms: list[float],
) -> None:
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, *dim)
    struct.pack_into("<2h", header, 70, datatype, 16)
    struct.pack_into("<8f", header, 76, *sizes)
    struct.pack_into("<3f", header, 108, offset, *scaling)
    struct.pack_into("<2h", header, 252, *codes)
    struct.pack_into("<18f", header, 256, *forms)
    header[344:348] = b"n+1\0"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.nii"
        path.write_bytes(header + np.arange(300, dtype="<i2").tobytes())

        refused_or_placed(path)


@few
@given(
    kind=st.sampled_from(["short", "float", "uchar", "double", "block", "nonsense"]),
    sizes=st.lists(st.integers(-1, 6) | WHOLE, min_size=1, max_size=5),
    origin=st.lists(st.floats(), min_size=3, max_size=3),
    directions=st.lists(st.floats() | st.sampled_from([0.0, 1.0]), min_size=9, max_size=9),
    space=st.sampled_from(["left-posterior-superior", "RAS", "scanner-xyz", ""]),
)
def test_any_nrrd_header_gives_a_volume_with_a_place_or_a_sentence(
    kind: str, sizes: list[int], origin: list[float], directions: list[float], space: str
) -> None:
    axes = [f"({','.join(map(str, directions[n : n + 3]))})" for n in (0, 3, 6)]
    header = (
        f"NRRD0004\ntype: {kind}\ndimension: {len(sizes)}\nsizes: {' '.join(map(str, sizes))}\n"
        f"space: {space}\nspace directions: {' '.join(axes)}\nencoding: raw\nendian: little\n"
        f"space origin: ({','.join(map(str, origin))})\n\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.nrrd"
        path.write_bytes(header.encode() + np.arange(300, dtype="<i2").tobytes())

        refused_or_placed(path)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha"])
@settings(max_examples=25, deadline=None)
@given(
    spacing=st.tuples(LENGTH, LENGTH, LENGTH),
    angles=st.tuples(ANGLE, ANGLE, ANGLE),
    mirrored=st.booleans(),
    origin=st.tuples(*[st.floats(-2000, 2000)] * 3),
    dtype=st.sampled_from(TYPES),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_grid_and_values_come_back_as_they_were_written(
    suffix: str,
    spacing: tuple[float, float, float],
    angles: tuple[float, float, float],
    mirrored: bool,
    origin: tuple[float, float, float],
    dtype: type,
    seed: int,
) -> None:
    affine = np.eye(4)
    affine[:3, :3] = turned(angles) * spacing * ((-1 if mirrored else 1), 1, 1)
    affine[:3, 3] = origin
    values: np.ndarray = np.random.default_rng(seed).integers(0, 200, SHAPE).astype(dtype)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"scan{suffix}"
        write_volume(Volume(values, affine), path)

        back = read_volume(path)

    np.testing.assert_array_equal(back.array, values)
    np.testing.assert_allclose(back.affine, affine, rtol=1e-4, atol=1e-3)


def turned(angles: tuple[float, float, float]) -> np.ndarray:
    """A rotation about x, then y, then z."""
    matrix = np.eye(3)
    for axis, angle in enumerate(angles):
        first, second = (axis + 1) % 3, (axis + 2) % 3
        one = np.eye(3)
        one[[first, first, second, second], [first, second, first, second]] = (
            *(np.cos(angle), -np.sin(angle)),
            *(np.sin(angle), np.cos(angle)),
        )
        matrix = one @ matrix
    return matrix
