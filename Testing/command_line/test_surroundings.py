"""Where the command runs: long paths, no HOME, an ASCII locale, nothing that may be written to."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from PancreasSegLib.volume import Volume, read_mask, write_volume
from Testing.command_line.conftest import Run, names_in, start_command

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def long_folder(tmp_path: Path) -> Path:
    """Its path alone has more than 300 letters, not all of them ASCII."""
    folder = tmp_path.joinpath(*["Bauchspeicheldrüse é 膵臓 " + 30 * "x"] * 6)
    folder.mkdir(parents=True)
    assert len(str(folder)) > 300
    return folder


@pytest.mark.parametrize("ending", [".nii.gz", ".nrrd", ".mha"])
def test_paths_of_300_letters_of_any_script_are_read_and_written(
    ending: str, scan: Volume, bright_model: Path, long_folder: Path, pancreasseg: Run
) -> None:
    path, mask = long_folder / f"scan{ending}", long_folder / f"mask{ending}"
    write_volume(scan, path)

    outcome = pancreasseg("segment", path, "-o", mask, "--model", bright_model)

    assert outcome.code == 0, outcome.err
    assert read_mask(mask).grid.is_same_as(scan.grid)
    assert names_in(long_folder) == {path.name, mask.name}


def test_without_home_and_in_an_ascii_locale(
    scan_file: Path,
    bright_model: Path,
    long_folder: Path,
    pancreasseg_process: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    mask, page = long_folder / "mask.nii.gz", long_folder / "Bericht é.html"

    outcome = pancreasseg_process(
        *("segment", scan_file, "-o", mask, "--html", page, "--model", bright_model),
        environment=ASCII,
        errors="replace",
    )

    assert outcome.code == 0, outcome.err
    assert read_mask(mask).array.any()
    assert "<h1>Pancreas: Bericht é</h1>" in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("ordinary_user")
def test_where_only_the_folder_of_the_results_may_be_written_to(
    scan_file: Path,
    bright_model: Path,
    tmp_path: Path,
    pancreasseg: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results, locked = tmp_path / "results", tmp_path / "locked"
    for folder in (results, locked):
        folder.mkdir()
    locked.chmod(0o555)
    monkeypatch.chdir(locked)
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(locked))
    monkeypatch.setattr(tempfile, "tempdir", str(locked))
    names = ("mask.nrrd", "probability.mha", "report.json", "page.html")
    mask, probability, report, page = (results / name for name in names)

    outcome = pancreasseg(
        *("segment", scan_file, "-o", mask, "--probability", probability, "--report", report),
        *("--html", page, "--model", bright_model),
    )

    assert outcome.code == 0, outcome.err
    assert names_in(results) == set(names)
    assert names_in(locked) == set()
    told = page.read_text(encoding="utf-8")
    assert "no temporary file can be written" in told and "TMPDIR" in told


def test_two_runs_that_write_the_same_file_at_once_leave_a_whole_one(
    scan_file: Path, bright_model: Path, tmp_path: Path, pancreasseg: Run
) -> None:
    alone, both = tmp_path / "alone.nii.gz", tmp_path / "both.nii.gz"
    assert pancreasseg("segment", scan_file, "-o", alone, "--model", bright_model).code == 0
    before = names_in(tmp_path)

    runs = [
        start_command("segment", scan_file, "-o", both, "--model", bright_model) for _ in range(2)
    ]

    for one in runs:
        _, told = one.communicate(timeout=300)
        assert one.returncode == 0, told
    assert names_in(tmp_path) - before == {"both.nii.gz"}
    assert (read_mask(both).array == read_mask(alone).array).all()
