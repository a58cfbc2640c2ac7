"""What `quick` leaves under version control: numbers, never what shows a patient."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
QUICK = ROOT / "Resources" / "experiments" / "quick"

KEPT = (
    "experiment.toml",
    "folds.json",
    "report/report.md",
    "report/figure3.svg",
    "runs/coarse-fold-0-seed-1/result.json",
    "runs/coarse-fold-0-seed-1/models/coarse.pt",
    "runs/jac64-jaccard-fold-0-seed-1/result.json",
)
NOT_KEPT = (
    "cache/ct_0005-0123456789abcdef.npz",
    "phantoms/a.nii.gz",
    "report/figure2.png",
    "report/figure5.svg",
    "runs/coarse-fold-0-seed-1/coarse/cnn-last.pt",
    "runs/jac64-jaccard-fold-0-seed-1/masks/jac64/ct_0005.nii.gz",
    "runs/jac64-jaccard-fold-0-seed-1/models/jac64.pt",
    "runs/jac64-jaccard-fold-0-seed-1/log.txt",
)


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="this is no git checkout"
)
@pytest.mark.parametrize(
    ("path", "kept"), [*((path, True) for path in KEPT), *((path, False) for path in NOT_KEPT)]
)
def test_what_shows_patients_is_not_kept(path: str, kept: bool) -> None:
    ignored = subprocess.run(
        ["git", "-c", "safe.directory=*", "check-ignore", "--quiet", str(QUICK / path)],
        cwd=ROOT,
        check=False,
    )

    assert (ignored.returncode == 1) == kept
