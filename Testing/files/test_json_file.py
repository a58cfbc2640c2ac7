from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from PancreasSegLib.errors import OutputError
from PancreasSegLib.files.json_file import write_json


def test_it_is_utf_8_for_people_to_read(tmp_path: Path) -> None:
    write_json({"organ": "páncreas"}, tmp_path / "report")

    written = (tmp_path / "report").read_bytes()
    assert written == '{\n  "organ": "páncreas"\n}\n'.encode()


def test_a_file_name_that_is_not_utf_8_comes_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"gr\xf6\xdfe.nii")

    write_json({"file": name}, tmp_path / "report.json")

    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == {"file": name}


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="missing"):
        write_json({}, tmp_path / "missing" / "report.json")
