"""`pancreasseg segment --html`: a page for people, written with the mask or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path

from Testing.command_line.conftest import Run, names_in


def test_the_page_is_one_file_that_is_called_as_the_user_called_it(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    page, mask = tmp_path / "Case 7.html", tmp_path / "mask.nii.gz"
    before = names_in(tmp_path)

    outcome = pancreasseg(
        *("segment", scan_file, "-o", mask, "--html", page, "--model", bright_model)
    )

    content = page.read_text(encoding="utf-8")
    volume = outcome.out.split()[1]
    assert outcome.code == 0
    assert f"Page         {page}" in outcome.out.splitlines()
    assert names_in(tmp_path) - before == {"Case 7.html", "mask.nii.gz"}
    assert "<h1>Pancreas: Case 7</h1>" in content
    assert f"<dd>{volume} ml</dd>" in content
    assert content.count("data:image/png;base64,") >= 3


def test_nothing_of_the_scans_header_and_place_is_on_it(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    header = bytearray(gzip.decompress(scan_file.read_bytes()))
    header[148:156] = b"Jane Doe"  # descrip
    header[228:236] = b"Doe 1970"  # aux_file
    named = tmp_path / "Jane Doe.nii"
    named.write_bytes(header)
    page = tmp_path / "page.html"

    pancreasseg(
        *("segment", named, "-o", tmp_path / "mask.nii.gz", "--html", page),
        *("--model", bright_model),
    )

    content = page.read_text(encoding="utf-8")
    assert "Jane Doe" not in content
    assert "Doe 1970" not in content
    assert str(tmp_path) not in content


def test_a_page_that_cannot_be_written_is_told_before_anything_is_read(
    pancreasseg: Run, bright_model: Path, tmp_path: Path
) -> None:
    page = tmp_path / "missing" / "page.html"

    outcome = pancreasseg(
        *("segment", tmp_path / "no scan.nii", "-o", tmp_path / "mask.nii", "--html", page),
        *("--model", bright_model),
    )

    assert outcome.code == 1
    assert f"{page} cannot be written: the folder {page.parent} does not exist" in outcome.sentence
