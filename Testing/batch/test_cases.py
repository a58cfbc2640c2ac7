"""The scans of a batch: folder, pattern or table."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.batch.cases import Case, find_cases
from PancreasSegLib.errors import InputError
from Testing.sentences import assert_tells


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two scans, a DICOM folder, a hidden file and a text."""
    folder = tmp_path / "scans"
    (folder / "series").mkdir(parents=True)
    for name in ("b.nrrd", "a.nii.gz", "._a.nii.gz", "notes.txt"):
        (folder / name).touch()
    return folder


def test_a_folder_gives_its_scans_and_folders_by_their_names(scans: Path) -> None:
    assert find_cases(str(scans)) == [
        Case("a", scans / "a.nii.gz"),
        Case("b", scans / "b.nrrd"),
        Case("series", scans / "series"),
    ]


def test_a_zip_file_is_a_scan_as_well(scans: Path) -> None:
    (scans / "c.zip").touch()

    assert Case("c", scans / "c.zip") in find_cases(str(scans))


def test_a_pattern_gives_what_it_matches(scans: Path) -> None:
    assert find_cases(f"{scans}/*.nii.gz") == [Case("a", scans / "a.nii.gz")]


def test_a_table_names_scans_references_and_cases_from_where_it_lies(scans: Path) -> None:
    table = scans / "cohort.csv"
    table.write_text(
        "scan,reference,name\nb.nrrd,truth/b.nrrd,second\na.nii.gz,,\n", encoding="utf-8-sig"
    )

    assert find_cases(str(table)) == [
        Case("a", scans / "a.nii.gz"),
        Case("second", scans / "b.nrrd", scans / "truth" / "b.nrrd"),
    ]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("image\na.nii.gz\n", ("lacks the column 'scan'", "scan, reference, name")),
        ("scan,name\na.nii.gz,x\n,y\n", ("line 3", "names no scan")),
        ("scan,name\na.nii.gz,x\nb.nrrd,x\n", ("a.nii.gz", "b.nrrd", "'x'", "rename one")),
        ("scan,name\na.nii.gz,../x\n", ("'../x'", "without a folder")),
        ("scan\n", ("There is no scan", "column 'scan'")),
    ],
)
def test_a_table_that_cannot_be_used_is_told(
    text: str, facts: tuple[str, ...], scans: Path
) -> None:
    table = scans / "cohort.csv"
    table.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as refusal:
        find_cases(str(table))

    assert_tells(refusal.value, *facts)


@pytest.mark.parametrize("scans_given", ["empty", "none/*.nii.gz", "none.csv"])
def test_nothing_to_segment_is_told(scans_given: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError, match="There is no"):
        find_cases(str(tmp_path / scans_given))


def test_references_of_the_scans_names_belong_to_them(scans: Path, tmp_path: Path) -> None:
    truth = tmp_path / "truth"
    truth.mkdir()
    (truth / "a.nrrd").touch()

    cases = find_cases(str(scans), truth)

    assert [case.reference for case in cases] == [truth / "a.nrrd", None, None]


@pytest.mark.parametrize("folder", ["none", "strangers"])
def test_references_that_belong_to_no_scan_are_told(
    folder: str, scans: Path, tmp_path: Path
) -> None:
    (tmp_path / "strangers").mkdir()
    (tmp_path / "strangers" / "z.nii.gz").touch()

    with pytest.raises(InputError) as refusal:
        find_cases(str(scans), tmp_path / folder)

    assert_tells(refusal.value, str(tmp_path / folder), "reference")
