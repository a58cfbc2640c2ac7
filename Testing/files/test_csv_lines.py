"""Tables as spreadsheets write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.csv_lines import read_lines


def test_a_line_has_its_place_and_its_fields_without_blanks(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('scan, name\n,\n\n"a, b.nii", one \n', encoding="utf-8-sig")

    assert read_lines(path) == [
        (f"{path}, line 1", ["scan", "name"]),
        (f"{path}, line 4", ["a, b.nii", "one"]),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'a\n"b\nc\n', "line 2, is no row of a table"),
        (b"a\nM\xfcller\n", "cannot be read as a table in UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(content)

    with pytest.raises(InputError, match=sentence):
        read_lines(tmp_path / "table.csv")


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no table"):
        read_lines(tmp_path / "none.csv")
