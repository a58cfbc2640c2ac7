"""The command as a whole: help, version, exit codes, and what becomes of errors."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib import __version__
from PancreasSegLib.command_line.main import main
from PancreasSegLib.volume import Volume, reading, write_mask
from Testing.command_line.conftest import Run
from Testing.sentences import assert_tells

COMMANDS = ["segment", "evaluate", "demo", "models", "train"]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_help_text_tells_the_exit_codes_and_that_it_is_for_research(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])

    text = capsys.readouterr().out
    assert left.value.code == 0
    assert "exit codes: 0 done; 1 failed" in text
    assert "3 no pancreas\nfound" in text
    assert "130 cancelled" in text
    assert "For research, not for diagnosis." in text


def test_the_help_text_is_there_without_torch_numpy_or_simpleitk() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "from PancreasSegLib.command_line.main import main\n"
            "try:\n"
            "    main(['segment', '--help'])\n"
            "finally:\n"
            "    print({'torch', 'numpy', 'SimpleITK', 'vtkmodules', 'matplotlib'}"
            " & set(sys.modules), file=sys.stderr)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == "set()\n"


def test_the_version_is_told(pancreasseg_process: Run) -> None:
    outcome = pancreasseg_process("--version")

    assert (outcome.code, outcome.out) == (0, f"pancreasseg {__version__}\n")


@pytest.mark.parametrize(
    "arguments", [[], ["segment"], ["paint"], ["segment", "a.nii", "-o", "b.nii", "--roi", "1"]]
)
def test_wrong_usage_leaves_with_2_and_tells_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("usage: pancreasseg")


def test_an_error_is_one_sentence_without_a_traceback(
    pancreasseg_process: Run, tmp_path: Path
) -> None:
    missing = tmp_path / "scan.nii.gz"

    outcome = pancreasseg_process("segment", missing, "-o", tmp_path / "mask.nii.gz")

    assert (outcome.code, outcome.out) == (1, "")
    _, sentence = outcome.err.splitlines()  # the first line tells how far it was
    assert sentence.startswith("pancreasseg: ")
    assert_tells(sentence, str(missing), "does not exist", "check the path")


def test_a_scan_larger_than_the_memory_is_told_in_a_sentence(
    pancreasseg: Run, tmp_path: Path
) -> None:
    path = tmp_path / "huge.nii"
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, 8000, 8000, 8000, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 4, 16)
    struct.pack_into("<4f", header, 76, 1, 1, 1, 1)
    header[344:348] = b"n+1\0"
    path.write_bytes(header)
    os.truncate(path, 1 << 40)  # 1 TB, none of it on the disk

    outcome = pancreasseg("segment", path, "-o", tmp_path / "mask.nii")

    assert outcome.code == 1
    assert_tells(outcome.sentence, "8000 x 8000 x 8000", "GB are free", "close other programs")


def test_memory_that_ends_all_the_same_is_told_in_a_sentence(
    pancreasseg: Run, scan_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(reading, "read_volume", fail)

    outcome = pancreasseg("segment", scan_file, "-o", tmp_path / "mask.nii")

    assert outcome.code == 1
    assert_tells(outcome.sentence, "memory is not enough", "close other programs", "smaller scan")
    assert "Traceback" not in outcome.err


def test_a_reader_that_leaves_early_is_no_traceback(
    pancreasseg_process: Run, tmp_path: Path
) -> None:
    mask = tmp_path / "mask.nii"
    write_mask(Volume(np.ones((3, 3, 3), np.uint8), np.eye(4)), mask)
    read_end, write_end = os.pipe()
    os.close(read_end)

    outcome = pancreasseg_process("evaluate", mask, mask, stdout=write_end)
    os.close(write_end)

    assert (outcome.code, outcome.err) == (1, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "2> /dev/full", ">&- 2>&-"])
def test_a_stream_that_is_closed_or_full_loses_no_result(closed: str, tmp_path: Path) -> None:
    mask, numbers = tmp_path / "mask.nii", tmp_path / "numbers.json"
    write_mask(Volume(np.ones((3, 3, 3), np.uint8), np.eye(4)), mask)
    command = f'"{sys.executable}" -m PancreasSegLib evaluate {mask} {mask} --json {numbers}'

    done = subprocess.run(f"{command} {closed}", shell=True, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert numbers.is_file()


def test_a_full_standard_output_is_told_and_loses_no_result(tmp_path: Path) -> None:
    mask, numbers = tmp_path / "mask.nii", tmp_path / "numbers.json"
    write_mask(Volume(np.ones((3, 3, 3), np.uint8), np.eye(4)), mask)
    command = f'"{sys.executable}" -m PancreasSegLib evaluate {mask} {mask} --json {numbers}'

    done = subprocess.run(f"{command} > /dev/full", shell=True, capture_output=True, text=True)

    assert done.returncode == 1
    assert "output cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert numbers.is_file()


def test_a_bug_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PancreasSegLib.command_line.models_command.run", lambda *arguments: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        main(["models"])
