"""A job says whether it can be done, and why not, before anything heavy is loaded."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError, PancreasSegError, WeightsError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.volume import Volume
from PancreasSegLib.volume.patient_box import PatientBox

ROOT = Path(__file__).resolve().parents[2]
SCAN = Volume(np.arange(-60, 60, dtype=np.int16).reshape(4, 5, 6), np.eye(4))
INSIDE = PatientBox((1, 1, 1), (4, 4, 3))


def test_a_job_that_can_be_done_has_no_problem() -> None:
    job = Job(SCAN, region=INSIDE)

    assert job.problem() is None
    job.check()


@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        ({"model": "best"}, WeightsError, "There is no model 'best'"),
        ({"model": "coarse-ct"}, WeightsError, "'coarse-ct' only finds the region"),
        ({"model": "away/mine.json"}, WeightsError, "away/mine.json"),
        (
            {"region": PatientBox((50, 60, 70), (51, 61, 71))},
            InputError,
            r"from \(50 60 70\) to \(51 61 71\), lies outside of the scan",
        ),
        ({"scan": SCAN.with_array(np.full_like(SCAN.array, 7))}, InputError, r"same value \(7\)"),
        ({"scan": Volume(SCAN.array, SCAN.affine, modality="PT")}, InputError, "modality PT"),
    ],
)
def test_a_job_that_cannot_be_done_says_why(
    changes: dict[str, object], kind: type[PancreasSegError], told: str
) -> None:
    job = dataclasses.replace(Job(SCAN), **changes)

    problem = job.problem()

    assert type(problem) is kind
    with pytest.raises(kind, match=told) as failure:
        job.check()
    assert str(failure.value) == str(problem)


def test_a_job_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Job(SCAN).device = "cpu"  # type: ignore[misc]


def test_a_job_is_made_and_checked_without_torch() -> None:
    code = (
        "import sys\n"
        "import numpy as np\n"
        "from PancreasSegLib.segmenter.job import Job\n"
        "from PancreasSegLib.volume.volume import Volume\n"
        "Job(Volume(np.arange(-60, 60).reshape(4, 5, 6), np.eye(4))).check()\n"
        "print('torch' in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout == "False\n"
