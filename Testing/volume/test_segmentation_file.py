"""Segments of a `.seg.nrrd`, laid out as 3D Slicer writes them, are named by their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_mask

AFFINE = np.array([[2.0, 0, 0, 10], [0, 2.5, 0, 20], [0, 0, 5, 30], [0, 0, 0, 1]])

ONE_LAYER = """\
NRRD0004
type: unsigned char
dimension: 3
space: left-posterior-superior
sizes: 4 3 2
space directions: (2,0,0) (0,2.5,0) (0,0,5)
kinds: domain domain domain
encoding: raw
space origin: (10,20,30)
"""
LAYERS = ONE_LAYER.replace("dimension: 3", "dimension: 4").replace("sizes:", "sizes: 2")
LAYERS = LAYERS.replace("directions:", "directions: none").replace("kinds:", "kinds: list")


def write_segments(
    path: Path, array: np.ndarray, segments: list[tuple[str, int, int]], end: str = "\n"
) -> Path:
    """`array` (k, j, i) or (k, j, i, layer); a segment has a name, a layer and a value."""
    header = ONE_LAYER if array.ndim == 3 else LAYERS
    for number, (name, layer, value) in enumerate(segments):
        header += f"Segment{number}_ID:=Segment_{number + 1}\nSegment{number}_Name:={name}\n"
        header += f"Segment{number}_LabelValue:={value}\nSegment{number}_Layer:={layer}\n"
    path.write_bytes(f"{header}\n".replace("\n", end).encode() + array.tobytes())
    return path


@pytest.fixture
def organs(tmp_path: Path) -> Path:
    array = np.zeros((2, 3, 4), dtype=np.uint8)
    array[0, 0, :2] = 1
    array[1, 1, :3] = 2
    segments = [("Liver", 0, 1), ("Pancréas", 0, 2), ("Tumour", 0, 3)]
    return write_segments(tmp_path / "organs.seg.nrrd", array, segments)


@pytest.fixture
def overlapping(tmp_path: Path) -> Path:
    """A tumour inside the pancreas, in a layer of its own; both have the value 1."""
    array = np.zeros((2, 3, 4, 2), dtype=np.uint8)
    array[1, 1, :3, 0] = 1
    array[1, 1, 1, 1] = 1
    return write_segments(
        tmp_path / "layers.seg.nrrd", array, [("Pancreas", 0, 1), ("Tumour", 1, 1)]
    )


@pytest.mark.parametrize("label", ["Pancréas", 2, "2"])
def test_a_segment_is_named_by_its_name_or_value(organs: Path, label: int | str) -> None:
    mask = read_mask(organs, label)

    assert np.argwhere(mask.array).tolist() == [[1, 1, 0], [1, 1, 1], [1, 1, 2]]
    np.testing.assert_allclose(mask.affine, AFFINE)


def test_several_segments_are_refused_with_their_names(organs: Path) -> None:
    with pytest.raises(InputError, match=r"several labels \(Liver, Pancréas, Tumour\)"):
        read_mask(organs)


def test_a_segment_that_is_not_there_is_refused_with_those_that_are(organs: Path) -> None:
    with pytest.raises(InputError, match=r"no label 'Spleen'; it has Liver, Pancréas, Tumour\."):
        read_mask(organs, "Spleen")


def test_a_segment_without_voxels_is_an_empty_mask(organs: Path) -> None:
    assert not read_mask(organs, "Tumour").array.any()


@pytest.mark.parametrize(("name", "voxels"), [("Pancreas", 3), ("Tumour", 1)])
def test_segments_that_overlap_are_read_each_from_its_layer(
    overlapping: Path, name: str, voxels: int
) -> None:
    mask = read_mask(overlapping, name)

    assert mask.array.shape == (2, 3, 4)
    assert mask.array.sum() == voxels
    np.testing.assert_allclose(mask.affine, AFFINE)


@pytest.mark.parametrize("label", [None, 1])
def test_segments_of_one_value_in_several_layers_are_told_by_name(
    overlapping: Path, label: int | None
) -> None:
    with pytest.raises(InputError, match=r"several labels \(Pancreas, Tumour\)"):
        read_mask(overlapping, label)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_only_segment_needs_no_name_also_on_a_single_slice(tmp_path: Path, end: str) -> None:
    array = np.zeros((2, 3, 4), dtype=np.uint8)
    array[0, 1, 2] = 4
    path = write_segments(tmp_path / "one.seg.nrrd", array, [("Pancreas", 0, 4)], end)

    assert np.argwhere(read_mask(path).array).tolist() == [[0, 1, 2]]


def test_voxels_that_no_segment_describes_are_not_left_out_without_a_word(tmp_path: Path) -> None:
    array = np.zeros((2, 3, 4), dtype=np.uint8)
    array[0, 1, 2:] = [1, 5]
    path = write_segments(tmp_path / "stale.seg.nrrd", array, [("Pancreas", 0, 1)])

    with pytest.raises(InputError, match=r"several labels \(1 \(Pancreas\), 5\)"):
        read_mask(path)
    assert read_mask(path, "Pancreas").array.sum() == 1


def test_a_header_that_names_a_layer_too_many_is_damaged(tmp_path: Path) -> None:
    array = np.zeros((2, 3, 4), dtype=np.uint8)
    path = write_segments(tmp_path / "cut.seg.nrrd", array, [("Pancreas", 3, 1)])

    with pytest.raises(InputError, match=r"cut\.seg\.nrrd is damaged"):
        read_mask(path)
