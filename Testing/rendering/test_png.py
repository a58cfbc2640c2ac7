import os
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import OutputError
from PancreasSegLib.rendering.png import write_png

PICTURE = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]], dtype=np.uint8
)


def test_a_picture_is_written_with_its_rows_columns_and_colours(tmp_path: Path) -> None:
    write_png(PICTURE, tmp_path / "picture.png")
    back = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "picture.png")))
    assert np.array_equal(back, PICTURE)


def test_it_is_a_png_even_in_a_folder_with_spaces_and_accents(tmp_path: Path) -> None:
    folder = tmp_path / "Bauchspeicheldrüse é 膵臓"
    folder.mkdir()
    write_png(PICTURE, folder / "bild ü.png")
    assert (folder / "bild ü.png").read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in folder.iterdir()] == ["bild ü.png"]


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_the_name_of_its_folder_need_not_be_utf_8(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"B\xe4uche")
    folder.mkdir()
    write_png(PICTURE, folder / "picture.png")
    assert (folder / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in folder.iterdir()] == ["picture.png"]


def test_an_older_picture_is_replaced(tmp_path: Path) -> None:
    write_png(PICTURE, tmp_path / "picture.png")
    write_png(255 - PICTURE, tmp_path / "picture.png")
    back = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "picture.png")))
    assert np.array_equal(back, 255 - PICTURE)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"picture\.png cannot be written: .*nowhere"):
        write_png(PICTURE, tmp_path / "nowhere" / "picture.png")
