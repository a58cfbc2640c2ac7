from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from Testing.sentences import assert_tells

EVEN = [(10.0, 20.0, -100.0 + 2 * k) for k in range(4)]
TILTED = [(10.0, 20.0 + 0.6 * k, -100.0 + 2 * k) for k in range(4)]


def test_a_folder_is_read_in_the_order_of_its_slice_positions(
    write_dicom_slices: Callable[..., Path],
) -> None:
    scan = read_volume(write_dicom_slices(EVEN))

    assert scan.array.shape == (4, 3, 4)
    assert scan.array.dtype.kind == "i"
    assert scan.array[:, 0, 0].tolist() == [-1024, -924, -824, -724]
    assert scan.array[0, 1].tolist() == [-1020, -1019, -1018, -1017]
    expected = [[0.75, 0, 0, 10], [0, 0.5, 0, 20], [0, 0, 2, -100], [0, 0, 0, 1]]
    np.testing.assert_allclose(scan.affine, expected, atol=1e-6)


def test_the_shear_of_a_tilted_gantry_is_in_the_affine(
    write_dicom_slices: Callable[..., Path],
) -> None:
    scan = read_volume(write_dicom_slices(TILTED))

    np.testing.assert_allclose(scan.affine[:3, 2], [0.0, 0.6, 2.0], atol=1e-6)
    for k, position in enumerate(TILTED):
        world = scan.grid.to_world(np.array([[0, 0, k]]))[0]
        np.testing.assert_allclose(world, position, atol=1e-6)


def test_slices_that_run_downwards_end_up_at_their_places(
    write_dicom_slices: Callable[..., Path],
) -> None:
    scan = read_volume(write_dicom_slices(EVEN[::-1]))

    assert scan.array[:, 0, 0].tolist() == [-724, -824, -924, -1024]
    np.testing.assert_allclose(scan.grid.origin, EVEN[0])


def test_an_oblique_series_has_its_orientation(write_dicom_slices: Callable[..., Path]) -> None:
    positions = [(k * 1.2, 0.0, k * 1.6) for k in range(3)]
    folder = write_dicom_slices(positions, tags={"0020|0037": "0.8\\0\\-0.6\\0\\1\\0"})
    scan = read_volume(folder)

    expected = np.array([[0.8, 0, 0.6], [0, 1, 0], [-0.6, 0, 0.8]]) * [0.75, 0.5, 2.0]
    np.testing.assert_allclose(scan.affine[:3, :3], expected, atol=1e-6)


@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_the_modality_comes_from_the_tag(
    modality: str, write_dicom_slices: Callable[..., Path]
) -> None:
    folder = write_dicom_slices(EVEN, tags={"0008|0060": modality})

    assert read_volume(folder).modality == modality


def test_an_empty_modality_is_unknown(
    write_dicom_slices: Callable[..., Path], empty_tag: Callable[[Path, int, int], None]
) -> None:
    folder = write_dicom_slices(EVEN)
    empty_tag(folder, 0x0008, 0x0060)

    assert read_volume(folder).modality is None


def test_pixels_of_unknown_size_are_told_to_be_of_1_mm_by_assumption(
    write_dicom_slices: Callable[..., Path], empty_tag: Callable[[Path, int, int], None]
) -> None:
    folder = write_dicom_slices(EVEN)
    assert read_volume(folder).warnings == ()
    empty_tag(folder, 0x0028, 0x0030)
    scan = read_volume(folder)

    assert scan.grid.spacing.tolist() == [1.0, 1.0, 2.0]
    (warning,) = scan.warnings
    assert "1 mm was assumed" in warning


def test_files_that_are_not_dicom_are_left_aside(write_dicom_slices: Callable[..., Path]) -> None:
    folder = write_dicom_slices(EVEN)
    (folder / "readme.txt").write_text("made by a test")

    assert read_volume(folder).array.shape == (4, 3, 4)


def test_uneven_spacing_is_told(write_dicom_slices: Callable[..., Path]) -> None:
    folder = write_dicom_slices([*EVEN, (10.0, 20.0, -91.0)])

    with pytest.raises(InputError, match=r"unevenly spaced DICOM slices \(2\.00 to 3\.00 mm apart"):
        read_volume(folder)


def test_two_phases_at_the_same_positions_are_refused(
    write_dicom_slices: Callable[..., Path],
) -> None:
    folder = write_dicom_slices(EVEN + EVEN)

    with pytest.raises(InputError, match="several DICOM slices at the same position"):
        read_volume(folder)


def test_a_scout_among_the_slices_is_refused(write_dicom_slices: Callable[..., Path]) -> None:
    write_dicom_slices(EVEN)
    folder = write_dicom_slices([(0.0, 0.0, 0.0)], tags={"0020|0037": "1\\0\\0\\0\\0\\-1"})

    with pytest.raises(InputError, match="differ in size, spacing or orientation"):
        read_volume(folder)


def test_a_single_slice_is_no_scan(write_dicom_slices: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="series is a single picture, not a volume"):
        read_volume(write_dicom_slices(EVEN[:1]))


def test_colour_slices_are_refused(write_dicom_slices: Callable[..., Path]) -> None:
    colours = np.zeros((3, 4, 3), np.uint8)
    colours[0, 0] = [255, 0, 0]
    folder = write_dicom_slices(EVEN, pixels=colours)

    with pytest.raises(InputError, match="holds colours or several values per voxel"):
        read_volume(folder)


def test_nothing_of_a_dicom_header_is_told(write_dicom_slices: Callable[..., Path]) -> None:
    tags = {"0010|0010": "Doe^Jane", "0010|0020": "4711", "0008|0020": "20240102"}
    folder = write_dicom_slices([*EVEN, (10.0, 20.0, -91.0)], tags=tags)

    with pytest.raises(InputError) as told:
        read_volume(folder)
    assert not any(secret in str(told.value) for secret in ("Doe", "4711", "2024", "1.2.3"))


@pytest.mark.parametrize("content", [None, "a text"])
def test_a_folder_without_dicom_is_told(
    content: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "notes.txt").write_text(content)

    with pytest.raises(InputError) as told:
        read_volume(tmp_path)
    assert_tells(told.value, f"{tmp_path} holds no DICOM images", "give the folder", "NIfTI")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["898.dcm", "897.dcm"])
def test_a_truncated_slice_is_told_with_its_name(
    name: str, write_dicom_slices: Callable[..., Path]
) -> None:
    path = write_dicom_slices(EVEN) / name
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(InputError, match=rf"{name} is damaged or cut short"):
        read_volume(path.parent)
