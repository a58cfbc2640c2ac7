"""Nothing is sent: a whole run of the command opens no socket."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WATCHED = """\
import sys

def watch(event, arguments):
    if event.startswith("socket."):
        print("SOCKET", event, arguments, file=sys.stderr)

sys.addaudithook(watch)
from PancreasSegLib.command_line.main import main
sys.exit(main(sys.argv[1:]))
"""


def run_watched(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_segmentation_with_all_its_results_opens_no_socket(
    scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    outputs = {"-o": "mask.nii.gz", "--probability": "p.nrrd", "--report": "report.json"}
    outputs |= {"--manifest": "manifest.json", "--html": "page.html"}
    options = [part for name, file in outputs.items() for part in (name, tmp_path / file)]

    run = run_watched("segment", scan_file, *options, "--model", bright_model)

    assert run.returncode == 0, run.stderr
    assert "SOCKET" not in run.stderr
    assert all((tmp_path / file).is_file() for file in outputs.values())


def test_a_socket_would_be_seen() -> None:
    program = WATCHED.partition("from PancreasSegLib")[0] + "import socket; socket.socket()"

    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert "SOCKET socket.__new__" in child.stderr
