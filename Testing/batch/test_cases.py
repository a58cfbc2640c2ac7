"""The scans of a batch: folder, pattern or table."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.batch.cases import Case, find_cases, lacking_references
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
    "text",
    [
        "scan, reference , name\nb.nrrd, truth/b.nrrd , second\n",
        'scan,reference,name,,\n"b.nrrd","truth/b.nrrd","second",,\n\n,,,,\n',
        'scan, reference, name\r\n b.nrrd, "truth/b.nrrd", second\r\n',
    ],
)
def test_blanks_around_fields_and_empty_columns_and_rows_do_not_count(
    text: str, scans: Path
) -> None:
    table = scans / "cohort.csv"
    table.write_bytes(text.encode())

    assert find_cases(str(table)) == [Case("second", scans / "b.nrrd", scans / "truth" / "b.nrrd")]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("image\na.nii.gz\n", ("lacks the column 'scan'", "scan, reference, name")),
        ("scan,name\na.nii.gz,x\n,y\n", ("line 3", "names no scan")),
        ("scan,name\na.nii.gz,x\nb.nrrd,x\n", ("a.nii.gz", "b.nrrd", "'x'", "rename one")),
        ("scan,name\na.nii.gz,../x\n", ("'../x'", "without a folder")),
        ("scan\n", ("There is no scan", "column 'scan'")),
        ("", ("lacks the column 'scan'",)),
        ("scan;reference\na.nii.gz;b\n", ("lacks the column 'scan'", "commas")),
        ("scan,refernce\na.nii.gz,b\n", ("'refernce'", "scan, reference, name, series, phase")),
        ("scan,name,name\na.nii.gz,b,c\n", ("'name'", "twice")),
        ("scan,name\na.nii.gz,Ä\nb.nii.gz,ä\n", ("'ä'", "both be called")),
        (f"scan,name\na.nii.gz,{'n' * 201}\n", ("'nnnn", "too long", "column 'name'")),
        ("scan,name\na.nii.gz,x,y\n", ("line 2", "more fields", "quotes")),
        ('scan,name\n\n"a.nii.gz,x\nb.nrrd,y\n', ("line 3", "quotes")),
        ('scan,name\n"a.nii.gz,x\nb.nrrd",y\n', ("line 2", "quotes")),
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


def test_a_segmentation_of_slicer_is_the_reference_of_its_scan_and_no_scan(scans: Path) -> None:
    for name in ("a.seg.nrrd", "b.Seg.NRRD"):
        (scans / name).touch()

    assert find_cases(str(scans), scans) == [
        Case("a", scans / "a.nii.gz", scans / "a.seg.nrrd"),
        Case("b", scans / "b.nrrd", scans / "b.Seg.NRRD"),
        Case("series", scans / "series"),
    ]
    assert [case.name for case in find_cases(f"{scans}/*.nrrd")] == ["b"]


def test_two_references_of_one_name_are_refused(scans: Path, tmp_path: Path) -> None:
    truth = tmp_path / "truth"
    truth.mkdir()
    for name in ("a.nrrd", "a.nii.gz"):
        (truth / name).touch()

    with pytest.raises(InputError) as refusal:
        find_cases(str(scans), truth)

    assert_tells(refusal.value, str(truth / "a.nrrd"), str(truth / "a.nii.gz"), "'a'", "one")


def test_scans_that_got_no_reference_are_named(scans: Path) -> None:
    cases = [Case(name, scans / name) for name in "abcdefg"]

    assert lacking_references(cases, scans) == (
        f"No reference in {scans} has the name of 7 scans: a, b, c, d, e, ..."
    )
    assert lacking_references(cases[:1], scans) == (
        f"No reference in {scans} has the name of 1 scan: a"
    )
    assert lacking_references([Case("a", scans, scans)], scans) is None


def test_a_pattern_leaves_out_what_lies_in_the_output(tmp_path: Path) -> None:
    for name in ("one/ct.nii.gz", "results/masks/ct.nii.gz"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()

    cases = find_cases(f"{tmp_path}/**/*.nii.gz", output=tmp_path / "one" / ".." / "results")

    assert cases == [Case("ct", tmp_path / "one" / "ct.nii.gz")]


@pytest.mark.parametrize("folder", ["none", "strangers"])
def test_references_that_belong_to_no_scan_are_told(
    folder: str, scans: Path, tmp_path: Path
) -> None:
    (tmp_path / "strangers").mkdir()
    (tmp_path / "strangers" / "z.nii.gz").touch()

    with pytest.raises(InputError) as refusal:
        find_cases(str(scans), tmp_path / folder)

    assert_tells(refusal.value, str(tmp_path / folder), "reference")
