"""MR slices in folds: by patient, never by slice."""

from __future__ import annotations

from pathlib import Path

import mr_folds
import pytest

from PancreasSegLib.training.data.cases import LooseSlice


@pytest.fixture
def nine_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of five patients, some with several."""
    found = [
        LooseSlice(f"p{n % 5}_{n}", f"p{n % 5}", Path("i.png"), Path("m.png"), "grey")
        for n in range(9)
    ]
    monkeypatch.setattr(mr_folds, "mr_slices", lambda: found)


@pytest.mark.usefixtures("nine_slices")
def test_every_patient_is_left_out_in_one_fold_and_no_other() -> None:
    left_out = mr_folds.folds()

    assert len(left_out) == 4
    assert sorted(patient for fold in left_out for patient in fold) == [
        "p0",
        "p1",
        "p2",
        "p3",
        "p4",
    ]


def test_each_way_and_fold_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert mr_folds.folder_of(tmp_path, "labels", None) == tmp_path / "labels"
    assert mr_folds.folder_of(tmp_path, "both", 2) == tmp_path / "both-2"
