"""A disk that is full when the results are written: one sentence, and nothing half-written."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from Testing.command_line.conftest import Run, hear_signals, names_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes there")

ROOM = 300  # bytes: no mask, and no probability, fits


def as_on_a_full_disk() -> None:
    """Writing beyond ROOM fails, as it does where no space is left; runs in the child."""
    hear_signals()
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_a_result_that_does_not_fit_is_told_and_older_files_stay(
    ending: str, scan_file: Path, bright_model: Path, tmp_path: Path, pancreasseg_process: Run
) -> None:
    mask, probability = tmp_path / f"mask{ending}", tmp_path / f"probability{ending}"
    mask.write_bytes(b"an older mask")
    before = names_in(tmp_path)

    outcome = pancreasseg_process(
        *("segment", scan_file, "-o", mask, "--probability", probability),
        *("--model", bright_model),
        preexec_fn=as_on_a_full_disk,
    )

    assert outcome.code == 1
    assert "cannot be written" in outcome.sentence
    assert "free some space or choose another folder" in outcome.sentence
    assert str(mask) in outcome.sentence or str(probability) in outcome.sentence
    assert "MetaImage" not in outcome.err and "Traceback" not in outcome.err
    assert names_in(tmp_path) == before
    assert mask.read_bytes() == b"an older mask"
