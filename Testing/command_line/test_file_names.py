"""File names that are not UTF-8, as from an old Windows share, and links to themselves."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from PancreasSegLib.volume import Volume, read_mask, write_volume
from Testing.command_line.conftest import Run, names_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="names are text there")

ODD = os.fsdecode(b"gr\xf6\xdfe")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C.UTF-8"}, ASCII, {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1"}],
)
def test_scan_mask_and_report_may_have_names_that_are_not_utf_8(
    environment: dict[str, str],
    noise_file: Path,
    random_model: Path,
    tmp_path: Path,
    pancreasseg_process: Run,
) -> None:
    folder = tmp_path / ODD
    folder.mkdir()
    scan, mask, report = (folder / f"{ODD}{end}" for end in (".nii.gz", "-mask.nii.gz", ".json"))
    noise_file.rename(scan)

    outcome = pancreasseg_process(
        *("segment", scan, "-o", mask, "--report", report, "--model", random_model),
        environment=environment,
        errors="replace",
    )

    assert outcome.code == 0
    assert "Traceback" not in outcome.err
    assert read_mask(mask).array.any()
    assert json.loads(report.read_text(encoding="utf-8"))["found"]


def test_a_name_that_is_not_utf_8_is_told_in_an_error_and_written_in_a_warning(
    scan: Volume, random_model: Path, tmp_path: Path, pancreasseg_process: Run, pancreasseg: Run
) -> None:
    missing = pancreasseg_process("segment", tmp_path / f"{ODD}.nii", "-o", tmp_path / "mask.nii")
    assert missing.code == 1
    assert missing.sentence.endswith("gr\\udcf6\\udcdfe.nii does not exist; check the path.")

    sheared = scan.affine.copy()
    sheared[1, 2] += 0.5
    write_volume(Volume(scan.array, sheared), tmp_path / "scan.nrrd")
    mask, report = tmp_path / f"{ODD}.nii.gz", tmp_path / "report.json"
    pancreasseg(
        *("segment", tmp_path / "scan.nrrd", "-o", mask, "--report", report),
        *("--model", random_model),
    )
    warnings = json.loads(report.read_text(encoding="utf-8"))["warnings"]
    assert mask.is_file()
    assert any(str(mask) in warning for warning in warnings)


@pytest.mark.parametrize("place", ["input", "output", "report", "folder"])
def test_a_link_to_itself_is_told_and_stays(
    place: str, noise_file: Path, random_model: Path, tmp_path: Path, pancreasseg: Run
) -> None:
    loop = tmp_path / "loop.nii"
    loop.symlink_to(loop)
    before = names_in(tmp_path)
    paths = {"input": noise_file, "output": tmp_path / "mask.nii", "report": tmp_path / "r.json"}
    paths |= {"output": loop / "mask.nii"} if place == "folder" else {place: loop}

    outcome = pancreasseg(
        *("segment", paths["input"], "-o", paths["output"], "--report", paths["report"]),
        *("--model", random_model),
    )

    assert outcome.code == 1
    assert str(loop) in outcome.sentence
    assert loop.is_symlink()
    assert names_in(tmp_path) == before
