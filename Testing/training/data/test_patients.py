"""Scans of one patient: a table beside the scans says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.patients import read_patients, scans_of


def test_all_scans_of_some_patients_are_found() -> None:
    assert scans_of(["one"], {"b": "one", "c": "two", "a": "one"}) == ("a", "b")


def test_a_table_beside_the_scans_says_who_is_who(tmp_path: Path) -> None:
    assert read_patients(tmp_path, ["a", "b"]) == {"a": "a", "b": "b"}
    table = tmp_path / "patients.csv"
    table.write_text("case,patient\na,one\nb,one\n", encoding="utf-8")
    assert read_patients(tmp_path, ["a", "b"]) == {"a": "one", "b": "one"}
    with pytest.raises(InputError, match="patient of c"):
        read_patients(tmp_path, ["a", "c"])
    table.write_text("case\na\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the column 'patient'"):
        read_patients(tmp_path, ["a"])


def test_spaces_and_byte_order_mark_of_a_spreadsheet_part_no_patient_from_itself(
    tmp_path: Path,
) -> None:
    table = "case, patient\na,one\nb, one \n,\n"
    (tmp_path / "patients.csv").write_text(table, encoding="utf-8-sig")

    assert read_patients(tmp_path, ["a", "b"]) == {"a": "one", "b": "one"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (b"a\n", "line 2 ends before the column 'patient'"),
        (b"a,\n", "does not name the patient of a"),
        (b"a,one\na,two\n", "two patients of a, one and two"),
        (b"a,M\xfcller\n", "cannot be read as a table in UTF-8"),
    ],
)
def test_a_table_that_leaves_a_patient_open_is_told(
    rows: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "patients.csv").write_bytes(b"case,patient\n" + rows)

    with pytest.raises(InputError, match=sentence):
        read_patients(tmp_path, ["a"])
