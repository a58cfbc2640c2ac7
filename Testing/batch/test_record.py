"""What a batch knows of a case, and which cases are doubtful."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from PancreasSegLib.batch import record as of_record
from PancreasSegLib.batch.cases import Case
from PancreasSegLib.batch.record import Record, made_from, read_record
from PancreasSegLib.files.json_file import write_json


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
    series = tmp_path / "series"
    series.mkdir()
    (series / "1").write_bytes(b"one")
    case = Case("a", series)
    before = made_from(case, by("x"))

    assert made_from(case, by("x")) == before
    assert made_from(case, by("y")) != before
    assert made_from(case, by("x", "t")) != before
    with monkeypatch.context() as later:
        later.setattr(of_record, "__version__", "99")
        assert made_from(case, by("x")) != before
    (series / "2").write_bytes(b"two")
    assert made_from(case, by("x")) != before
