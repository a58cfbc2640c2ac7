"""What a batch knows of a case, and which cases are doubtful."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from PancreasSegLib.batch import record as of_record
from PancreasSegLib.batch.cases import Case
from PancreasSegLib.batch.record import Record, made_from, read_record
from PancreasSegLib.errors import InputError
from PancreasSegLib.files.json_file import write_json
from Testing.volume.dicom.dicom_files import ct_series, even, write


def record(name: str, **report: Any) -> Record:
    of_report = {"found": True, "expected_dice": None, "agreement": None} | report
    return Record(name, {}, report=of_report if report else None)


def test_the_most_doubtful_come_first() -> None:
    records = [
        record("sure", expected_dice=0.9, agreement=0.1),
        record("agrees", agreement=0.8),
        record("doubtful", expected_dice=0.5),
        record("nothing", found=False),
        record("failed"),
    ]

    names = [one.case for one in sorted(records, key=lambda one: one.doubt)]

    assert names == ["failed", "nothing", "doubtful", "agrees", "sure"]


def test_a_record_comes_back_from_its_file(tmp_path: Path) -> None:
    before = Record("a", {"files": [["a.nii", 3, 4]], "weights_sha256": ["x"]}, error="no")
    write_json(before.as_dict(), tmp_path / "a.json")

    assert read_record(tmp_path / "a.json") == before


@pytest.mark.parametrize("content", ["", "[]", '{"case": "a", "strange": 1}'])
def test_a_record_that_cannot_be_read_counts_as_none(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")

    assert read_record(tmp_path / "a.json") is None
    assert read_record(tmp_path / "none.json") is None


def by(weights: str, settings: str = "s") -> list[dict[str, str]]:
    """A model's trace in what a case is made from."""
    return [{"name": "one", "weights_sha256": weights, "settings_sha256": settings}]


def test_a_changed_file_and_another_model_change_what_a_case_is_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices = ct_series(even(3))
    case = Case("a", write(tmp_path / "series", slices[:2]))
    before = made_from(case, by("x"))

    assert made_from(case, by("x")) == before
    assert made_from(case, by("y")) != before
    assert made_from(case, by("x", "t")) != before
    with monkeypatch.context() as later:
        later.setattr(of_record, "__version__", "99")
        assert made_from(case, by("x")) != before
    write(case.scan, slices[2:], start=800)
    assert made_from(case, by("x")) != before


def test_a_slice_of_the_same_size_and_an_older_time_is_another_one(tmp_path: Path) -> None:
    case = Case("a", write(tmp_path / "series", ct_series(even(3))))
    for number, path in enumerate(sorted(case.scan.iterdir())):
        os.utime(path, (1000 + number, 1000 + number))
    before = made_from(case, by("x"))

    os.utime(case.scan / "0898.dcm", (900, 900))
    assert made_from(case, by("x")) != before


def test_the_data_file_of_a_header_counts(tmp_path: Path) -> None:
    (tmp_path / "scan.mhd").write_text("NDims = 3\nElementDataFile = scan.raw\n")
    (tmp_path / "scan.raw").write_bytes(b"one")
    case = Case("a", tmp_path / "scan.mhd")
    before = made_from(case, by("x"))

    (tmp_path / "scan.raw").write_bytes(b"three")
    assert made_from(case, by("x")) != before


def test_a_mask_that_was_written_into_the_folder_does_not_count(tmp_path: Path) -> None:
    case = Case("a", write(tmp_path / "series", ct_series(even(3))))
    before = made_from(case, by("x"))

    (case.scan / "mask.nii.gz").write_bytes(b"mask")
    assert made_from(case, by("x")) == before


def test_a_scan_is_the_same_by_whatever_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.nii").write_bytes(b"one")
    monkeypatch.chdir(tmp_path)
    paths = [Path("scans/a.nii"), Path("scans/../scans/a.nii"), tmp_path / "scans" / "a.nii"]
    one, *others = [made_from(Case("a", path), by("x")) for path in paths]

    status = paths[0].stat()
    assert one["files"] == [[os.path.realpath("scans/a.nii"), 3, status.st_mtime_ns]]
    assert others == [one, one]


@pytest.mark.parametrize("name", ["gone.nii", "loop.nii", "empty"])
def test_what_cannot_be_read_is_made_from_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop.nii").symlink_to("loop.nii")
    (tmp_path / "empty").mkdir()

    assert made_from(Case("a", tmp_path / name), by("x")) == made_from(
        Case("a", tmp_path / name), by("x")
    )


def test_a_folder_that_cannot_be_opened_is_left_to_the_reader_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> dict[str, Path]:
        raise InputError(f"The folder {path} cannot be opened")

    before = made_from(Case("a", write(tmp_path / "series", ct_series(even(3)))), by("x"))
    monkeypatch.setattr("PancreasSegLib.batch.record.scan_files", refuse)

    assert made_from(Case("a", tmp_path / "series"), by("x")) != before
