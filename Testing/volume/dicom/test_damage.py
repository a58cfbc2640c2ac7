"""Files that were slices once are never passed over in silence; what is none is left aside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from Testing.sentences import assert_tells

EVEN = [(10.0, 20.0, -100.0 + 2 * k) for k in range(5)]
FIRST, MIDDLE, LAST = "900.dcm", "898.dcm", "896.dcm"
END_OF_PIXELS = 8  # bytes that say that no more packed pixels follow


@pytest.mark.parametrize("name", [FIRST, MIDDLE, LAST])
def test_a_slice_that_was_cut_anywhere_is_told_with_its_name(
    name: str, write_dicom_slices: Callable[..., Path]
) -> None:
    path = write_dicom_slices(EVEN) / name
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 67), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=rf"{name} is damaged or cut short"):
            read_volume(path.parent)


@pytest.mark.parametrize("packed_by", ["JPEG", "JPEG2000"])
@pytest.mark.parametrize("name", [FIRST, MIDDLE, LAST])
def test_a_slice_that_was_cut_in_its_packed_pixels_is_told_with_its_name(
    name: str, packed_by: str, write_dicom_slices: Callable[..., Path]
) -> None:
    pixels = np.random.default_rng(0).integers(-1000, 1000, (32, 32)).astype(np.int16)
    folder = write_dicom_slices(EVEN, pixels=pixels, packed_by=packed_by)
    np.testing.assert_array_equal(read_volume(folder).array, [pixels] * 5)
    path = folder / name
    whole = path.read_bytes()

    for length in [*range(0, len(whole), 67), len(whole) - END_OF_PIXELS - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=rf"{name} is damaged or cut short"):
            read_volume(folder)


@pytest.mark.parametrize("content", [b"", bytes(132), bytes(5000), b"\xff" * 5000])
@pytest.mark.parametrize("rename", ["{}.dcm", "{}.IMA", "IM{}", "{}", "1.2.840.{}.7"])
def test_a_slice_of_nothing_is_told_however_the_slices_are_named(
    rename: str, content: bytes, write_dicom_slices: Callable[..., Path]
) -> None:
    folder = write_dicom_slices(EVEN)
    for path in folder.iterdir():
        path.rename(folder / rename.format(path.stem))
    emptied = folder / rename.format(Path(LAST).stem)
    emptied.write_bytes(content)

    with pytest.raises(InputError) as told:
        read_volume(folder)
    assert str(told.value).startswith(f"{emptied} is damaged or cut short")


def test_a_folder_of_emptied_slices_alone_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "1.dcm").touch()

    with pytest.raises(InputError, match=r"1\.dcm is damaged or cut short"):
        read_volume(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("readme.txt", b"made by a test"),
        ("export.log", b""),
        ("DICOMDIR", bytes(128) + b"DICM" + bytes(50)),
        (".DS_Store", b"\0\0\0\1Bud1"),
        ("._900.dcm", b"\0\5\x16\x07\0\2\0\0Mac OS X"),
        ("mask.nii.gz", b"\x1f\x8b"),
    ],
)
def test_what_never_was_a_slice_is_left_aside(
    name: str, content: bytes, write_dicom_slices: Callable[..., Path]
) -> None:
    folder = write_dicom_slices(EVEN)
    (folder / name).write_bytes(content)

    assert read_volume(folder).array.shape == (5, 3, 4)


def test_a_report_beside_the_slices_is_left_aside(write_dicom_slices: Callable[..., Path]) -> None:
    folder = write_dicom_slices(EVEN)
    sop_class = b"1.2.840.10008.5.1.4.1.1.88.67\0"
    element = b"\x02\x00\x02\x00UI" + len(sop_class).to_bytes(2, "little") + sop_class
    (folder / "SR.dcm").write_bytes(bytes(128) + b"DICM" + element)

    assert read_volume(folder).array.shape == (5, 3, 4)


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX alone")
@pytest.mark.parametrize("odd", ["folder", "files"])
def test_names_that_are_not_utf_8_are_read(
    odd: str, write_dicom_slices: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_dicom_slices(EVEN)
    name = os.fsdecode(b"B\xe4uche")
    if odd == "folder":
        folder = folder.rename(tmp_path / name)
    else:
        for path in folder.iterdir():
            path.rename(folder / (name + path.name))
    scan = read_volume(folder)

    assert scan.array[:, 0, 0].tolist() == [-1024, -924, -824, -724, -624]
    assert scan.grid.origin.tolist() == [10.0, 20.0, -100.0]


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX alone")
def test_a_damaged_slice_is_told_by_its_own_name_also_where_that_is_not_utf_8(
    write_dicom_slices: Callable[..., Path],
) -> None:
    folder = write_dicom_slices(EVEN)
    cut = folder / os.fsdecode(b"B\xe4uche.dcm")
    cut.write_bytes((folder / LAST).read_bytes()[:-10])

    with pytest.raises(InputError) as told:
        read_volume(folder)
    assert str(told.value).startswith(f"{cut} is damaged")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_and_a_link_to_itself_among_the_slices_are_left_aside(
    write_dicom_slices: Callable[..., Path],
) -> None:
    folder = write_dicom_slices(EVEN)
    os.mkfifo(folder / "pipe.dcm")
    (folder / "loop").symlink_to("loop")

    assert read_volume(folder).array.shape == (5, 3, 4)


def test_copies_of_slices_are_left_aside_and_told(write_dicom_slices: Callable[..., Path]) -> None:
    folder = write_dicom_slices(EVEN)
    alone = read_volume(folder)
    shutil.copytree(folder, folder / "copies")
    shutil.copy(folder / LAST, folder / "896 (1).dcm")
    scan = read_volume(folder)

    np.testing.assert_array_equal(scan.array, alone.array)
    assert scan.grid.is_same_as(alone.grid)
    (warning,) = scan.warnings
    assert_tells(warning, "6 DICOM slices are there more than once")


def test_a_copy_with_other_values_is_refused(write_dicom_slices: Callable[..., Path]) -> None:
    folder = write_dicom_slices(EVEN)
    copy = folder / "copy.dcm"
    copy.write_bytes((folder / LAST).read_bytes()[:-2] + b"\7\7")

    with pytest.raises(InputError) as told:
        read_volume(folder)
    assert_tells(told.value, str(copy), str(folder / LAST), "same slice and differ", "remove")


@pytest.mark.parametrize("position", ["0\\0\\0", "10\\20\\-100"])
def test_slices_that_all_give_one_position_are_no_phases(
    position: str, write_dicom_slices: Callable[..., Path]
) -> None:
    folder = write_dicom_slices(EVEN, tags={"0020|0032": position})

    with pytest.raises(InputError, match="all give the same position") as told:
        read_volume(folder)
    assert "phases" not in str(told.value)


@pytest.mark.parametrize("element", [0x0032, 0x0037])
def test_empty_tags_of_the_place_are_missing_ones(
    element: int,
    write_dicom_slices: Callable[..., Path],
    empty_tag: Callable[[Path, int, int], None],
) -> None:
    folder = write_dicom_slices(EVEN)
    empty_tag(folder, 0x0020, element)

    with pytest.raises(InputError, match="without a position in the patient"):
        read_volume(folder)
