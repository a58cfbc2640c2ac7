"""The hash of a file."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.files.sha256 import sha256_of_file


def test_a_file_has_the_hash_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")

    assert sha256_of_file(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
