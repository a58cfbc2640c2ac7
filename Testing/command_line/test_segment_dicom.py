"""`pancreasseg segment` on DICOM: series, phases, DICOM SEG, and nothing told of the patient."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset

from PancreasSegLib.batch.cases import find_cases
from PancreasSegLib.command_line.dicom_options import numbered
from PancreasSegLib.errors import InputError
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.volume import Volume, read_mask
from Testing.command_line.conftest import BALL_CENTRE, BALL_RADIUS, Run
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import ROOT, SECRETS, ct_slice, write


def slices_of(scan: Volume, series: int = 1, phase: int = 1, **tags: Any) -> list[FileDataset]:
    """The scan as DICOM; all of a later phase is brighter."""
    column_spacing, row_spacing, _ = scan.grid.spacing
    cosines = scan.grid.direction[:, :2].T.ravel().tolist()
    return [
        ct_slice(
            hu + 10 * (phase - 1),
            tuple(scan.grid.to_world(np.array([[0, 0, k]]))[0]),
            100 * phase + k,
            series,
            cosines,
            PixelSpacing=[row_spacing, column_spacing],
            AcquisitionNumber=phase,
            **tags,
        )
        for k, hu in enumerate(scan.array)
    ]


@pytest.fixture
def folder(scan: Volume, tmp_path: Path) -> Path:
    return write(tmp_path / "scan", slices_of(scan))


@pytest.fixture
def phases(scan: Volume, tmp_path: Path) -> Path:
    return write(tmp_path / "phases", slices_of(scan) + slices_of(scan, phase=2))


@pytest.fixture
def two_series(scan: Volume, tmp_path: Path) -> Path:
    folder = write(tmp_path / "two", slices_of(scan, 3, SeriesDescription="Portal venous"))
    flat = scan.with_array(np.minimum(scan.array, 100))
    return write(folder, slices_of(flat, 12, SeriesDescription="Native"), start=800)


def test_the_mask_of_a_dicom_folder_lies_on_its_slices(
    pancreasseg: Run, folder: Path, ball: Volume, bright_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "mask.nii.gz"
    outcome = pancreasseg("segment", folder, "-o", output, "--model", bright_model)

    mask = read_mask(output)
    assert outcome.code == 0, outcome.err
    np.testing.assert_allclose(mask.affine, ball.affine, atol=1e-4)
    assert dice(mask.array, ball.array) > 0.9


def test_under_a_tilted_gantry_the_mask_lies_on_the_anatomy(
    pancreasseg: Run, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    affine = scan.affine.copy()
    affine[:3, 2] += 0.3 * affine[:3, 1]
    affine[:3, 3] -= affine[:3, :3] @ [0, 0, 11.5] - scan.affine[:3, :3] @ [0, 0, 11.5]
    k, j, i = np.indices(scan.array.shape).reshape(3, -1)
    points = Volume(scan.array, affine).grid.to_world(np.stack([i, j, k], axis=1))
    inside = np.linalg.norm(points - BALL_CENTRE, axis=1).reshape(scan.array.shape) <= BALL_RADIUS
    tilted = Volume(np.where(inside, 300, 0).astype(np.int16), affine)
    tilted.array[0, 0, 0] = -1000
    folder, output = write(tmp_path / "tilted", slices_of(tilted)), tmp_path / "mask.nrrd"
    outcome = pancreasseg("segment", folder, "-o", output, "--model", bright_model)

    mask = read_mask(output)
    assert outcome.code == 0, outcome.err
    np.testing.assert_allclose(mask.affine, affine, atol=1e-4)
    assert dice(mask.array, inside) > 0.9


def test_a_dicom_segmentation_holds_the_same_mask(
    pancreasseg: Run, folder: Path, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    for output in ("mask.nii.gz", "mask.dcm"):
        arguments = ("segment", folder, "-o", tmp_path / output, "--model", bright_model)
        assert pancreasseg(*arguments).code == 0

    mask = read_mask(tmp_path / "mask.nii.gz")
    content = pydicom.dcmread(tmp_path / "mask.dcm")
    assert len(content.pixel_array) == np.count_nonzero(mask.array.any(axis=(1, 2)))
    for pixels, group in zip(
        content.pixel_array, content.PerFrameFunctionalGroupsSequence, strict=True
    ):
        position = np.array([group.PlanePositionSequence[0].ImagePositionPatient], dtype=float)
        i, j, k = scan.grid.to_index(position)[0]
        np.testing.assert_allclose([i, j, k], [0, 0, round(k)], atol=1e-3)
        np.testing.assert_array_equal(pixels, mask.array[round(k)])
        (source,) = group.DerivationImageSequence[0].SourceImageSequence
        assert source.ReferencedSOPInstanceUID == f"{ROOT}.1.{100 + round(k)}"


def test_a_dicom_segmentation_of_another_format_is_refused_before_the_work(
    pancreasseg: Run, scan_file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "mask.dcm"
    output.write_bytes(b"older")
    outcome = pancreasseg("segment", scan_file, "-o", output)

    assert outcome.code == 1
    assert_tells(outcome.err, f"pancreasseg: {output}", f"{scan_file} is no DICOM", ".nii.gz")
    assert len(outcome.err.splitlines()) == 1
    assert output.read_bytes() == b"older"


def test_a_dicom_segmentation_that_cannot_be_is_told_before_the_work(
    pancreasseg: Run, scan: Volume, tmp_path: Path
) -> None:
    folder = write(tmp_path / "scan", slices_of(scan, FrameOfReferenceUID=None))
    outcome = pancreasseg("segment", folder, "-o", tmp_path / "mask.dcm", "--model", "no-model")

    assert outcome.code == 1
    assert_tells(outcome.sentence, "mask.dcm cannot be written", "lack the FrameOfReferenceUID")


def test_a_slice_of_the_scan_is_not_overwritten(
    folder: Path, bright_model: Path, tmp_path: Path, pancreasseg: Run
) -> None:
    a_slice = sorted(folder.iterdir())[3]
    before = a_slice.read_bytes()

    outcome = pancreasseg(
        *("segment", folder, "-o", tmp_path / "mask.nii.gz", "--report", a_slice),
        *("--model", bright_model, "--device", "cpu"),
    )

    assert outcome.code == 1
    assert_tells(outcome.sentence, str(a_slice), "is given twice", "other than the input's")
    assert a_slice.read_bytes() == before


def test_of_several_series_none_is_taken_and_one_can_be_chosen(
    pancreasseg: Run, two_series: Path, bright_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "mask.nrrd"
    arguments = ("segment", two_series, "-o", output, "--model", bright_model)

    refused = pancreasseg(*arguments)
    assert refused.code == 1
    assert_tells(refused.sentence, "2 DICOM series", "series 3: CT", "series 12: CT", "--series")
    assert not output.exists()
    for series, code in (("3", 0), ("portal", 0), (f"{ROOT}.12", 3)):
        assert pancreasseg(*arguments, "--series", series).code == code


def test_descriptions_are_shown_where_the_listing_is_asked_for(
    pancreasseg: Run, two_series: Path
) -> None:
    outcome = pancreasseg("segment", two_series, "--list-series")

    assert outcome.code == 0
    first, second = outcome.out.splitlines()
    assert_tells(first, "series 3: CT, axial, 24 slices, 3.00 mm", "Portal venous", f"{ROOT}.3")
    assert_tells(second, "series 12: CT", "Native")
    assert not any(secret in outcome.out for secret in SECRETS.values() if secret != "F")


@pytest.mark.parametrize("given", ["nothing", "file"])
def test_the_listing_of_what_is_no_dicom_is_refused(
    given: str, pancreasseg: Run, scan_file: Path, tmp_path: Path
) -> None:
    path = scan_file if given == "file" else tmp_path / "nothing"
    outcome = pancreasseg("segment", path, "--list-series")

    assert outcome.code == 1
    assert outcome.err.startswith(f"pancreasseg: {path} ")


def test_without_an_output_the_usage_is_told(
    pancreasseg: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        pancreasseg("segment", folder)
    assert left.value.code == 2
    assert "-o/--output" in capsys.readouterr().err


def test_of_several_phases_none_is_taken_silently(
    pancreasseg: Run, phases: Path, bright_model: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg("segment", phases, "-o", tmp_path / "m.nrrd", "--model", bright_model)

    assert outcome.code == 1
    assert_tells(outcome.sentence, "2 volumes", "acquisition number", "--phase 1 to 2")
    assert not (tmp_path / "m.nrrd").exists()


def test_all_phases_get_files_of_their_own(
    pancreasseg: Run, phases: Path, ball: Volume, bright_model: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg(
        *("segment", phases, "-o", tmp_path / "m.nii.gz", "--model", bright_model),
        *("--phase", "all", "--report", tmp_path / "r.json", "--manifest", tmp_path / "run.json"),
    )

    assert outcome.code == 0, outcome.err
    means = []
    for phase in (1, 2):
        mask = read_mask(tmp_path / f"m_phase{phase}.nii.gz")
        assert dice(mask.array, ball.array) > 0.9
        np.testing.assert_allclose(mask.affine, ball.affine, atol=1e-4)
        means.append(json.loads((tmp_path / f"r_phase{phase}.json").read_text())["intensity_mean"])
        manifest = json.loads((tmp_path / f"run_phase{phase}.json").read_text())
        assert manifest["phase"] == phase
    assert 5 < means[1] - means[0] < 15
    assert not (tmp_path / "m.nii.gz").exists()


@pytest.mark.parametrize("phase", ["0", "-1", "first", "1.5"])
def test_a_phase_is_a_number_or_all(
    phase: str, pancreasseg: Run, phases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        pancreasseg("segment", phases, "-o", "m.nrrd", f"--phase={phase}")
    assert left.value.code == 2
    assert "'all'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mask.nii.gz", "mask_phase2.nii.gz"),
        ("mask.NII.GZ", "mask_phase2.NII.GZ"),
        ("mask.v1.dcm", "mask.v1_phase2.dcm"),
        ("report", "report_phase2"),
    ],
)
def test_files_of_a_phase_are_named_by_it(name: str, expected: str) -> None:
    assert numbered(Path("a.b") / name, 2) == Path("a.b") / expected


def test_a_run_on_a_chosen_series_and_phase_can_be_made_again(
    pancreasseg: Run, phases: Path, bright_model: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "run.json"
    pancreasseg(
        *("segment", phases, "-o", tmp_path / "m.nrrd", "--model", bright_model),
        *("--series", "1", "--phase", "2", "--manifest", manifest),
    )
    outcome = pancreasseg("rerun", manifest)

    assert outcome.code == 0, outcome.err
    assert "identical" in outcome.out


@pytest.mark.parametrize("output", ["mask.nii.gz", "mask.dcm"])
def test_a_run_that_wrote_its_mask_beside_the_slices_can_be_made_again(
    output: str, pancreasseg: Run, folder: Path, bright_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    options = ("--model", bright_model, "--manifest", "run.json")
    assert pancreasseg("segment", ".", "-o", output, *options).code == 0
    outcome = pancreasseg("rerun", "run.json")

    assert outcome.code == 0, outcome.err
    assert "identical" in outcome.out


def test_nothing_of_the_patient_is_told_or_written(
    pancreasseg_process: Run, folder: Path, bright_model: Path, tmp_path: Path
) -> None:
    outputs = [tmp_path / name for name in ("m.nii.gz", "r.json", "run.json")]
    outcome = pancreasseg_process(
        *("segment", folder, "-o", outputs[0], "--model", bright_model),
        *("--report", outputs[1], "--manifest", outputs[2]),
    )
    assert outcome.code == 0, outcome.err
    told = outcome.out + outcome.err + "".join(path.read_text() for path in outputs[1:])
    secrets = [secret for secret in SECRETS.values() if secret != "F"]

    for secret in [*secrets, ROOT, "Abdomen 1"]:
        assert secret not in told


def test_a_batch_takes_series_and_phase_from_its_table(
    pancreasseg: Run, phases: Path, two_series: Path, bright_model: Path, tmp_path: Path
) -> None:
    table = tmp_path / "cohort.csv"
    table.write_text(
        f"scan,name,series,phase\n{phases},late,,2\n{two_series},portal,3,\n{two_series},any,,\n"
    )
    outcome = pancreasseg("batch", table, "--output", tmp_path / "results", "--model", bright_model)

    assert outcome.code == 1
    late, portal = (
        json.loads((tmp_path / "results" / "manifests" / f"{name}.json").read_text())
        for name in ("late", "portal")
    )
    assert (late["series"], late["phase"]) == (None, 2)
    assert (portal["series"], portal["phase"]) == ("3", None)
    failed = (tmp_path / "results" / "records" / "any.json").read_text()
    assert_tells(failed, "2 DICOM series", "series 12")
    assert "Native" not in failed


@pytest.mark.parametrize("phase", ["0", "x"])
def test_a_phase_in_a_table_is_a_number(phase: str, folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "cohort.csv"
    table.write_text(f"scan,phase\n{folder},{phase}\n")

    with pytest.raises(InputError, match=f"line 2, has the phase '{phase}'"):
        find_cases(str(table))
