"""A closed or full stream, as after `2>&-` or `> /dev/full`, loses no result."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from PancreasSegLib.volume import read_mask

COMMAND = f'"{sys.executable}" -m PancreasSegLib'


def in_a_shell(*words: str | Path) -> subprocess.CompletedProcess[str]:
    line = " ".join([COMMAND, *map(str, words)])
    return subprocess.run(line, shell=True, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "2> /dev/full", "<&- >&- 2>&-"])
def test_a_mask_is_written_whether_or_not_it_can_be_talked_about(
    closed: str, noise_file: Path, random_model: Path, tmp_path: Path
) -> None:
    mask, report = tmp_path / "mask.nii.gz", tmp_path / "report.json"

    done = in_a_shell(
        "segment", noise_file, "-o", mask, "--report", report, "--model", random_model, closed
    )

    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert read_mask(mask).array.any()
    assert json.loads(report.read_text(encoding="utf-8"))["found"]


def test_a_full_standard_output_is_told_after_the_mask_was_written(
    noise_file: Path, random_model: Path, tmp_path: Path
) -> None:
    mask = tmp_path / "mask.nii.gz"

    done = in_a_shell("segment", noise_file, "-o", mask, "--model", random_model, "> /dev/full")

    assert done.returncode == 1
    assert "output cannot be written" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert read_mask(mask).array.any()


def test_an_empty_mask_has_its_own_exit_code_where_it_cannot_be_told(
    scan_without_pancreas: Path, bright_model: Path, tmp_path: Path
) -> None:
    mask = tmp_path / "mask.nii.gz"

    done = in_a_shell(
        "segment", scan_without_pancreas, "-o", mask, "--model", bright_model, "2> /dev/full"
    )

    assert done.returncode == 3
    assert mask.is_file()


def test_what_a_library_says_never_lands_in_a_file() -> None:
    code = (
        "import os\n"
        "from PancreasSegLib.command_line.main import main\n"
        "main(['models'])\n"
        "os._exit(os.open(os.devnull, os.O_WRONLY))"
    )

    done = subprocess.run(f'"{sys.executable}" -c "{code}" <&- >&- 2>&-', shell=True, check=False)

    assert done.returncode > 2
