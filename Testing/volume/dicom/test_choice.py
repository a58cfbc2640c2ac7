"""Which of several series is meant: asked for, or the only axial CT of some length; else a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import DataElement, config

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from PancreasSegLib.volume.dicom.reading import listed_series
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import (
    CORONAL,
    DOSE_REPORT,
    ENCAPSULATED_PDF,
    PRESENTATION,
    ROOT,
    SECRETS,
    SEGMENTATION,
    STRUCTURES,
    ct_series,
    even,
    secondary_capture,
    set_pixels,
    without_pixels,
    write,
)

LONG, SHORT = even(5, step=20.0), even(5, step=2.0)
BACKWARDS = [(10.0, 20.0 + 20 * k, -100.0) for k in range(5)]


def localizer(series: int) -> Any:
    (scan,) = ct_series(even(1), series, rows=6, columns=5, orientation=CORONAL)
    scan.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    return scan


def examination(folder: Path) -> Path:
    """What a scanner sends: a scout, the scan, a reformat, and what is no scan."""
    segmentation = without_pixels(SEGMENTATION, 906, "SEG")
    set_pixels(segmentation, np.zeros((4, 3, 4)), signed=False)
    things = [
        localizer(1),
        *ct_series(LONG, 2, SeriesDescription="Portal venous"),
        *ct_series(BACKWARDS, 3, orientation=CORONAL, SeriesDescription="Coronal"),
        secondary_capture(901),
        without_pixels(DOSE_REPORT, 902, "SR"),
        without_pixels(PRESENTATION, 903, "PR"),
        without_pixels(STRUCTURES, 904, "RTSTRUCT"),
        without_pixels(ENCAPSULATED_PDF, 905, "DOC"),
        segmentation,
    ]
    return write(folder, things)


def test_the_only_axial_ct_of_some_length_is_taken_and_told(tmp_path: Path) -> None:
    scan = read_volume(examination(tmp_path))

    assert scan.array.shape == (5, 3, 4)
    np.testing.assert_allclose(scan.grid.spacing, [0.75, 0.5, 20.0])
    (warning,) = scan.warnings
    assert_tells(warning, "Of 2 DICOM series", "series 2: CT, axial, 5 slices", "--series")


def test_beside_what_is_no_scan_a_single_series_is_taken_without_a_word(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        [*ct_series(SHORT, 2), localizer(1), secondary_capture(3), localizer(2)],
    )

    assert read_volume(folder).warnings == ()


@pytest.mark.parametrize("series", [(LONG, LONG), (SHORT, SHORT)])
def test_among_several_that_it_may_be_none_is_taken(series: Any, tmp_path: Path) -> None:
    write(tmp_path, ct_series(series[0], 3))
    write(tmp_path, ct_series(series[1], 12), start=800)

    with pytest.raises(InputError) as told:
        read_volume(tmp_path)
    assert_tells(
        told.value,
        f"{tmp_path} holds 2 DICOM series",
        "--series",
        "--list-series",
        "series 3: CT, axial, 5 slices",
        "series 12: CT, axial, 5 slices",
    )
    assert str(told.value).index("series 3:") < str(told.value).index("series 12:")


@pytest.mark.parametrize("wanted", ["3", f"{ROOT}.3", "Lung kernel", "LUNG KERNEL", "lung", " 3 "])
def test_a_series_is_chosen_by_number_uid_or_description(wanted: str, tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 2, SeriesDescription="Portal"))
    write(tmp_path, ct_series(even(3), 3, SeriesDescription="Lung kernel"), start=800)
    scan = read_volume(tmp_path, series=wanted)

    assert scan.array.shape == (3, 3, 4)
    assert scan.grid.spacing[2] == 2.0
    assert scan.warnings == ()


def test_a_number_comes_before_a_description(tmp_path: Path) -> None:
    write(tmp_path, ct_series(even(3), 2, SeriesDescription="Portal"))
    write(tmp_path, ct_series(even(4), 3, SeriesDescription="2"), start=800)

    assert len(read_volume(tmp_path, series="2").array) == 3


@pytest.mark.parametrize("wanted", ["2", " 2 ", "70"])
def test_a_number_is_no_part_of_a_description(wanted: str, tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 3, SeriesDescription="Portal"))
    write(tmp_path, ct_series(LONG, 5, SeriesDescription="Lung 2.0 B70f"), start=800)

    with pytest.raises(InputError) as told:
        read_volume(tmp_path, series=wanted)
    assert_tells(told.value, "no DICOM series of that number", "series 3: CT", "series 5: CT")
    assert len(read_volume(tmp_path, series="lung 2").array) == 5


@pytest.mark.parametrize("wanted", ["7", "Arterial"])
def test_a_series_that_is_not_there_is_told_with_those_that_are(
    wanted: str, tmp_path: Path
) -> None:
    write(tmp_path, ct_series(LONG, 2))

    with pytest.raises(InputError) as told:
        read_volume(tmp_path, series=wanted)
    assert_tells(told.value, str(tmp_path), "no DICOM series of that number", "series 2: CT")


def test_a_description_of_two_series_is_refused(tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 2))
    write(tmp_path, ct_series(LONG, 3), start=800)

    with pytest.raises(InputError, match="2 DICOM series of that number or description"):
        read_volume(tmp_path, series="abdomen")


def test_the_chosen_series_tells_why_it_is_no_volume(tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 2))
    write(tmp_path, ct_series([*even(3), (10.0, 20.0, -91.0)], 3), start=800)

    with pytest.raises(InputError, match="unevenly spaced"):
        read_volume(tmp_path, series="3")


def test_a_damaged_slice_matters_only_to_its_own_series(tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 2))
    write(tmp_path, ct_series(LONG, 3), start=800)
    cut = tmp_path / "0798.dcm"
    cut.write_bytes(cut.read_bytes()[:-5])

    assert len(read_volume(tmp_path, series="2").array) == 5
    with pytest.raises(InputError, match=r"0798\.dcm is damaged"):
        read_volume(tmp_path, series="3")


def test_a_series_is_not_taken_because_the_other_one_is_damaged(tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 2))
    write(tmp_path, ct_series(LONG, 3), start=500)
    for path in tmp_path.glob("0[45]*.dcm"):
        path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(InputError, match=r"0\d+\.dcm is damaged"):
        read_volume(tmp_path)
    assert len(read_volume(tmp_path, series="2").array) == 5


@pytest.mark.parametrize("where", ["SeriesNumber", "Modality"])
def test_a_name_in_the_wrong_place_is_not_told(where: str, tmp_path: Path) -> None:
    with config.disable_value_validation():
        files = ct_series(LONG, 2) + ct_series(LONG, 3)
        for file in files:
            file[where] = DataElement(file[where].tag, "LO", "Doe^Jane")
        write(tmp_path, files)

    with pytest.raises(InputError, match="2 DICOM series") as told:
        read_volume(tmp_path)
    assert "Doe" not in str(told.value)


def test_a_folder_of_what_is_no_scan_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [localizer(1), secondary_capture(2), without_pixels(DOSE_REPORT, 3, "SR")])

    with pytest.raises(InputError, match="DICOM files, but no scan: localizers, reports"):
        read_volume(tmp_path)


def test_the_listing_has_a_line_for_each_series_with_what_the_user_needs(tmp_path: Path) -> None:
    lines = listed_series(examination(tmp_path))

    assert lines == [
        f"series 2: CT, axial, 5 slices, 20.00 mm apart; Portal venous; UID {ROOT}.2",
        f"series 3: CT, coronal, 5 slices, 20.00 mm apart; Coronal; UID {ROOT}.3",
    ]


def test_signs_that_steer_a_terminal_are_not_shown(tmp_path: Path) -> None:
    write(tmp_path, ct_series(even(2), SeriesDescription="A\x1b[2JB"))

    assert "; A?[2JB; " in listed_series(tmp_path)[0]


@pytest.mark.parametrize("series", [None, "1", "99", "Abdomen"])
def test_no_sentence_tells_anything_of_the_patient(series: str | None, tmp_path: Path) -> None:
    write(tmp_path, ct_series(LONG, 2))
    write(tmp_path, ct_series(LONG, 3), start=800)

    with pytest.raises(InputError) as told:
        read_volume(tmp_path, series=series)
    for secret in [*SECRETS.values(), "Abdomen", ROOT]:
        assert secret not in str(told.value)


@pytest.mark.parametrize("choice", [{"series": "1"}, {"phase": 1}])
def test_a_file_that_is_no_dicom_has_no_series(choice: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.nii.gz"
    path.write_bytes(b"")

    with pytest.raises(InputError, match=r"scan\.nii\.gz is no DICOM"):
        read_volume(path, **choice)
