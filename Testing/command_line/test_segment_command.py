"""`pancreasseg segment`: what it writes and what it says."""

from __future__ import annotations

import inspect
import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from PancreasSegLib import Segmenter
from PancreasSegLib.command_line import segment_command
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.volume import Volume, read_mask, read_volume, write_volume
from PancreasSegLib.volume.patient_box import PatientBox
from Testing.command_line.conftest import BALL_CENTRE, Run, names_in
from Testing.sentences import assert_tells

GEOMETRY_OF_NIFTI = [slice(76, 108), slice(252, 328)]  # pixdim; qform and sform


def test_the_mask_lies_on_the_scans_own_grid_and_on_its_anatomy(
    pancreasseg: Run, scan_file: Path, ball: Volume, bright_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "mask.nii.gz"

    outcome = pancreasseg("segment", scan_file, "-o", output, "--model", bright_model)

    mask = read_mask(output)
    assert outcome.code == 0
    assert mask.grid.is_same_as(ball.grid)
    np.testing.assert_allclose(mask.affine, ball.affine, atol=1e-4)
    assert dice(mask.array, ball.array) > 0.9


def test_a_person_reads_volume_grey_values_files_model_and_the_research_notice(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    output, report = tmp_path / "mask.nii.gz", tmp_path / "report.json"

    outcome = pancreasseg(
        *("segment", scan_file, "-o", output, "--model", bright_model, "--device", "cpu"),
        *("--report", report),
    )

    told = json.loads(report.read_text(encoding="utf-8"))
    lines = outcome.out.splitlines()
    assert lines[0].startswith(
        f"Pancreas     {told['volume_ml']:.1f} ml on {told['slices']} slices"
    )
    assert lines[0].endswith(" HU")
    assert [line.removeprefix("Warning      ") for line in lines[1:-5]] == told["warnings"]
    assert lines[-5:-3] == [f"Mask         {output}", f"Report       {report}"]
    assert lines[-3] == f"Model        bright on cpu ({told['precision']})"
    assert lines[-1] == "For research, not for diagnosis."
    assert 12 < told["volume_ml"] < 16  # a ball of 15 mm has 14.1 ml
    assert 280 < told["intensity_mean"] <= 300


def test_the_error_stream_tells_every_step_once(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg(
        "segment", scan_file, "-o", tmp_path / "mask.nrrd", "--model", bright_model
    )

    lines = [line for line in outcome.err.splitlines() if "%" in line]
    steps = [line.partition("%  ")[2].partition(",")[0] for line in lines]
    assert steps == [
        "Reading the scan",
        "Loading the model",
        "Checking the scan",
        "Finding the pancreas",
        "Segmenting slices",
        "Relating neighbouring slices",
        "Returning to the scan's grid",
        "Writing the result",
    ]


def test_the_need_of_memory_is_said_before_the_start(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg(
        "segment", scan_file, "-o", tmp_path / "mask.nrrd", "--model", bright_model
    )

    before, _, after = outcome.err.partition("About 0.8 GB of memory are needed, and ")
    assert "Reading the scan" in before and "Finding" not in before
    assert " GB are free." in after


@pytest.mark.parametrize("of_scan", [".nii", ".nii.gz", ".nrrd", ".mha"])
@pytest.mark.parametrize("of_mask", [".nii.gz", ".nrrd", ".mha"])
def test_every_format_in_and_out_gives_the_same_mask(
    of_scan: str,
    of_mask: str,
    pancreasseg: Run,
    scan: Volume,
    bright_model: Path,
    tmp_path: Path,
) -> None:
    path, output = tmp_path / f"in{of_scan}", tmp_path / f"out{of_mask}"
    write_volume(scan, path)

    outcome = pancreasseg("segment", path, "-o", output, "--model", bright_model)

    mask = read_mask(output)
    assert outcome.code == 0
    assert mask.grid.is_same_as(scan.grid)
    assert mask.array.sum() == Segmenter(bright_model).segment(scan).mask.array.sum()


def test_a_nifti_mask_has_the_geometry_of_a_nifti_scan_byte_for_byte(
    pancreasseg: Run, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    path, output = tmp_path / "scan.nii", tmp_path / "mask.nii"
    sheared = scan.affine.copy()
    sheared[:3, 2] += 0.3 * sheared[:3, 1]
    write_volume(Volume(scan.array, sheared), path)

    pancreasseg("segment", path, "-o", output, "--model", bright_model)

    for part in GEOMETRY_OF_NIFTI:
        assert output.read_bytes()[part] == path.read_bytes()[part]


def test_command_and_python_give_the_same_bits_again_and_again(
    pancreasseg: Run,
    pancreasseg_process: Run,
    noise_file: Path,
    random_model: Path,
    tmp_path: Path,
) -> None:
    def segmented(run: Run, name: str) -> tuple[Path, Path]:
        mask, probability = tmp_path / f"{name}.nii.gz", tmp_path / f"{name}-probability.nii.gz"
        outcome = run(
            *("segment", noise_file, "-o", mask, "--model", random_model, "--device", "cpu"),
            *("--probability", probability),
        )
        assert outcome.code == 0, outcome.err
        return mask, probability

    first, second = segmented(pancreasseg, "first"), segmented(pancreasseg, "second")
    # On some processors (AMD's) the last bit depends on how many threads share a convolution.
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    same_threads = partial(pancreasseg_process, environment=threads)
    other_process = segmented(same_threads, "other process")
    in_python = Segmenter(random_model, "cpu").segment(
        read_volume(noise_file), keep_probability=True
    )

    for one, again, elsewhere in zip(first, second, other_process, strict=True):
        assert one.read_bytes() == again.read_bytes() == elsewhere.read_bytes()
    assert in_python.probability is not None
    np.testing.assert_array_equal(read_mask(first[0]).array, in_python.mask.array)
    np.testing.assert_array_equal(read_volume(first[1]).array, in_python.probability.array)
    assert 0.01 < in_python.mask.array.mean() < 0.99


def test_the_probability_is_a_map_on_the_scans_grid(
    pancreasseg: Run, scan_file: Path, ball: Volume, bright_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "probability.mha"

    pancreasseg(
        *("segment", scan_file, "-o", tmp_path / "mask.mha", "--model", bright_model),
        *("--probability", path),
    )

    probability = read_volume(path)
    assert probability.grid.is_same_as(ball.grid)
    assert probability.array.dtype == np.float32
    assert 0 <= probability.array.min() < 0.01 and 0.99 < probability.array.max() <= 1


def test_a_region_of_interest_in_lps_millimetres_takes_the_place_of_the_coarse_stage(
    pancreasseg: Run, scan_file: Path, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    x, y, z = BALL_CENTRE
    output = tmp_path / "mask.nrrd"

    outcome = pancreasseg(
        *("segment", scan_file, "-o", output, "--model", bright_model),
        *("--roi", x - 20, x, y - 20, y + 20, z - 20, z + 20),
    )

    box = PatientBox((x - 20, y - 20, z - 20), (x, y + 20, z + 20))
    expected = Segmenter(bright_model).segment(scan, roi=box).mask
    mask = read_mask(output)
    k, j, i = np.nonzero(mask.array)
    assert outcome.code == 0
    assert "Finding the pancreas" not in outcome.err
    np.testing.assert_array_equal(mask.array, expected.array)
    assert mask.grid.to_world(np.stack([i, j, k], axis=1))[:, 0].max() < x + 3


def test_no_pancreas_is_an_exit_code_of_its_own_an_empty_mask_and_a_report(
    pancreasseg: Run, scan_without_pancreas: Path, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    output, report = tmp_path / "mask.nii.gz", tmp_path / "report.json"

    outcome = pancreasseg(
        *("segment", scan_without_pancreas, "-o", output, "--model", bright_model),
        *("--report", report),
    )

    mask = read_mask(output)
    assert outcome.code == 3
    assert_tells(outcome.sentence, str(scan_without_pancreas), f"the mask {output} is empty")
    assert outcome.out.startswith("Pancreas     none found\n")
    assert not mask.array.any()
    assert mask.grid.is_same_as(scan.grid)
    assert json.loads(report.read_text(encoding="utf-8"))["found"] is False


def test_paths_with_spaces_and_any_letters_work_whatever_the_locale(
    pancreasseg_process: Run, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Müller, Bauch (1)"
    folder.mkdir()
    write_volume(scan, folder / "скан 腹部.nii.gz")

    outcome = pancreasseg_process(
        *("segment", folder / "скан 腹部.nii.gz", "-o", folder / "mäsk ☂.nii.gz"),
        *("--model", bright_model, "--report", folder / "отчёт.json"),
        environment={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    )

    assert outcome.code == 0, outcome.err
    assert names_in(folder) == {"скан 腹部.nii.gz", "mäsk ☂.nii.gz", "отчёт.json"}


def test_the_default_model_is_that_of_the_segmenter() -> None:
    assert inspect.signature(Segmenter).parameters["model"].default == DEFAULT_MODEL


@pytest.mark.parametrize("becomes", ["removed", "another"])
def test_a_scan_that_is_gone_after_it_was_read_loses_no_result(
    becomes: str,
    pancreasseg: Run,
    noise_file: Path,
    random_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def segment_and_lose_the_scan(*arguments: Any) -> Any:
        segmentation = segment(*arguments)
        if becomes == "removed":
            noise_file.unlink()
        else:
            write_volume(Volume(np.zeros((2, 3, 4), np.int16), np.eye(4)), noise_file)
        return segmentation

    segment = segment_command._segment
    affine = read_volume(noise_file).affine
    monkeypatch.setattr(segment_command, "_segment", segment_and_lose_the_scan)
    mask = tmp_path / "mask.nii.gz"

    outcome = pancreasseg("segment", noise_file, "-o", mask, "--model", random_model)

    assert outcome.code == 0
    assert f"{noise_file} was removed or changed" in outcome.out
    np.testing.assert_allclose(read_mask(mask).affine, affine, atol=1e-5)
