"""The runner, with small programs in Slicer's place."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from Testing.worker.conftest import is_alive

RUN = Path(__file__).with_name("run")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at on Linux")

ALL_PASS = """
import json, os, sys
group, *checks = sys.argv[sys.argv.index("--python-script") + 2:]
with open(os.path.join(os.environ["PANCREASSEG_IN_SLICER"], group + ".jsonl"), "w") as file:
    for check in checks:
        line = {"check": check, "outcome": "passed", "reason": None, "seconds": 0.1}
        print(json.dumps(line), file=file, flush=True)
"""


def run(tmp_path: Path, code: str, *what: str) -> tuple[int, list[str]]:
    """Exit code and lines of `run` with a program of this code in Slicer's place."""
    program = tmp_path / "Slicer"
    program.write_text(f"#!{sys.executable}\n{code}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "DISPLAY": ":0", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [RUN, program, *what], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


def test_a_group_of_which_all_is_well_passes(tmp_path: Path) -> None:
    exit_code, lines = run(tmp_path, ALL_PASS, "ending")

    assert (exit_code, lines[-1]) == (0, "4 passed, 0 failed")
    assert lines[:2] == [
        "ending",
        "  passed  a segmentation runs when slicer is closed (0.1 s)",
    ]


def test_all_checks_of_a_slicer_that_crashes_have_failed(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"

    exit_code, lines = run(tmp_path, code, "ending")

    assert (exit_code, lines[-1]) == (1, "2 passed, 2 failed")
    assert "Slicer crashed (signal 11) before this check." in lines[2]


def test_a_check_that_had_begun_when_slicer_ended_has_failed(tmp_path: Path) -> None:
    exit_code, lines = run(tmp_path, ALL_PASS.replace('"passed"', '"begun"'), "ending")

    assert (exit_code, lines[-1]) == (1, "3 passed, 1 failed")
    assert "Slicer ended during this check." in lines[2]


def test_a_check_that_this_slicer_cannot_run_is_skipped_with_its_reason(tmp_path: Path) -> None:
    skip = '"skipped", "reason": "no DICOM"'

    exit_code, lines = run(tmp_path, ALL_PASS.replace('"passed", "reason": None', skip), "ending")

    assert (exit_code, lines[-1]) == (0, "3 passed, 0 failed")
    assert lines[1] == "  skipped a segmentation runs when slicer is closed: no DICOM"
    assert "1 skipped" in lines[-2]


def test_a_traceback_that_slicer_prints_has_failed(tmp_path: Path) -> None:
    code = ALL_PASS + 'print("Traceback (most recent call last):\\n  File x\\nValueError: 7")'

    exit_code, lines = run(tmp_path, code, "ending")

    assert (exit_code, lines[-1]) == (1, "3 passed, 1 failed")
    assert "          ValueError: 7" in lines


def test_what_slicer_leaves_behind_has_failed_and_is_ended(tmp_path: Path) -> None:
    code = ALL_PASS + (
        "import subprocess, tempfile\n"
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        f"print(child.pid, file=open({str(tmp_path / 'pid')!r}, 'w'))\n"
        "tempfile.mkdtemp(prefix='pancreasseg-')\n"
    )

    exit_code, lines = run(tmp_path, code, "ending")

    assert (exit_code, lines[-1]) == (1, "3 passed, 1 failed")
    assert any("still running: sleep 60" in line for line in lines)
    assert any("temporary: pancreasseg-" in line for line in lines)
    time.sleep(0.1)
    assert not is_alive(int((tmp_path / "pid").read_text()))


def test_a_check_is_chosen_by_a_part_of_its_name(tmp_path: Path) -> None:
    _, lines = run(tmp_path, ALL_PASS, "a_colour_picture")

    assert lines[0] == "loading"
    assert lines[-1] == "4 passed, 0 failed"


def test_a_name_that_no_check_has_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, ALL_PASS, "nosuch") == (1, [])
