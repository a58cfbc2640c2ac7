"""A few killed runs in every run of the tests; `kills.py` kills hundreds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.volume import Volume, write_mask
from Testing.fuzzing.kills import BROKEN, NOTHING, WHOLE, left_in

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a run is a fork of this process")


def test_a_killed_run_leaves_no_result_or_a_whole_one() -> None:
    # In a process of its own: where threads have computed before, a fork may wait for them.
    killing = subprocess.run(
        [sys.executable, "-m", "Testing.fuzzing.kills", "--count", "8", "--seed", "2"],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert killing.returncode == 0, killing.stdout + killing.stderr
    counts = [int(line.split()[0]) for line in killing.stdout.splitlines()]
    assert sum(counts) == 8
    assert BROKEN not in killing.stdout


def test_a_broken_result_is_seen(tmp_path: Path) -> None:
    wanted = np.zeros((3, 4, 5), np.uint8)
    wanted[1, 1:3, 1:3] = 1
    assert left_in(tmp_path, wanted) == NOTHING
    (tmp_path / ".pancreasseg-1234.nii.gz").touch()
    assert left_in(tmp_path, wanted) == NOTHING

    mask = tmp_path / "mask.nii.gz"
    write_mask(Volume(wanted, np.eye(4)), mask)
    assert left_in(tmp_path, wanted) == WHOLE
    mask.write_bytes(mask.read_bytes()[:-20])
    assert left_in(tmp_path, wanted) == BROKEN
