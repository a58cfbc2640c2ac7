"""Reading a TOML file: what is in it, or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.recipe.toml_file import read_toml


def test_the_tables_of_a_toml_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('title = "Größe"\n[cnn]\nsteps = 4\n', encoding="utf-8")

    assert read_toml(path) == {"title": "Größe", "cnn": {"steps": 4}}


@pytest.mark.parametrize("content", [b"steps = = 4", b'title = "\xff"'])
def test_what_is_no_toml_is_told_with_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)

    with pytest.raises(InputError) as error:
        read_toml(path)

    assert str(error.value).startswith(f"{path} is not a TOML file (")
    assert str(error.value).endswith("); correct it.")


def test_a_file_that_cannot_be_opened_is_the_callers_to_tell(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_toml(tmp_path / "none.toml")
