"""What experiments leave under version control: numbers, never what shows a patient."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICK = "quick"
SECOND_ROUND = "accuracy/second-round"
THIRD_ROUND = "accuracy/third-round"

KEPT = (
    f"{QUICK}/experiment.toml",
    f"{QUICK}/folds.json",
    f"{QUICK}/figure2-phantom.png",
    f"{QUICK}/report/report.md",
    f"{QUICK}/report/figure3.svg",
    f"{QUICK}/runs/coarse-fold-0-seed-1/result.json",
    f"{QUICK}/runs/coarse-fold-0-seed-1/models/coarse.pt",
    f"{QUICK}/runs/jac64-jaccard-fold-0-seed-1/result.json",
    f"{SECOND_ROUND}/README.md",
    f"{SECOND_ROUND}/cross_validation.json",
    f"{SECOND_ROUND}/slices-ct.pt",
    f"{SECOND_ROUND}/fold-0/models/coarse-ct.pt",
    f"{SECOND_ROUND}/fold-0/models/unet3d-ct.json",
    f"{THIRD_ROUND}/kinds.json",
    f"{THIRD_ROUND}/coarse3d.toml",
    f"{THIRD_ROUND}/cross_validation.json",
)
NOT_KEPT = (
    f"{QUICK}/cache/ct_0005-0123456789abcdef.npz",
    f"{QUICK}/phantoms/a.nii.gz",
    f"{QUICK}/report/figure2.png",
    f"{QUICK}/report/figure5.svg",
    f"{QUICK}/runs/coarse-fold-0-seed-1/coarse/cnn-last.pt",
    f"{QUICK}/runs/jac64-jaccard-fold-0-seed-1/masks/jac64/ct_0005.nii.gz",
    f"{QUICK}/runs/jac64-jaccard-fold-0-seed-1/models/jac64.pt",
    f"{QUICK}/runs/jac64-jaccard-fold-0-seed-1/log.txt",
    f"{SECOND_ROUND}/sheets/ct_0005-unet3d-ct.png",
    f"{SECOND_ROUND}/fold-0/models/unet3d-ct.pt",
    f"{SECOND_ROUND}/fold-0/unet3d-ct/cnn-last.pt",
    f"{SECOND_ROUND}/fold-0/unet3d-ct/sanity.json",
    f"{THIRD_ROUND}/fold-0/models/coarse-ct.pt",
    f"{THIRD_ROUND}/fold-0/views-ct/sanity.json",
)


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="this is no git checkout"
)
@pytest.mark.parametrize(
    ("path", "kept"), [*((path, True) for path in KEPT), *((path, False) for path in NOT_KEPT)]
)
def test_what_shows_patients_is_not_kept(path: str, kept: bool) -> None:
    ignored = subprocess.run(
        ["git", "-c", "safe.directory=*", "check-ignore", "--quiet", path],
        cwd=ROOT / "Resources" / "experiments",
        check=False,
    )

    assert (ignored.returncode == 1) == kept
