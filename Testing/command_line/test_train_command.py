"""`pancreasseg train`: from a configuration to model files that `segment` can use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from PancreasSegLib.command_line.train_command import training_memory_failure_in_a_sentence
from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.models import Manifest
from PancreasSegLib.process.cancellation import SIGNALS
from PancreasSegLib.volume import read_mask
from Testing.command_line.conftest import Run, names_in, start_command
from Testing.sentences import assert_tells


def test_training_tells_the_data_and_leaves_a_model_that_segments(
    pancreasseg: Run, configuration: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg("train", configuration, "--device", "cpu")

    model = tmp_path / "models" / "tiny-ct.json"
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[0].split()[:3] == ["scan", "slices", "rows"]
    assert outcome.out.splitlines()[-1] == f"Model        {model}"
    assert "Traceback" not in outcome.err
    assert set(Manifest.from_file(model).measured["cases"]) == {"c"}
    scan, mask = tmp_path / "scans" / "c.nii.gz", tmp_path / "mask.nii.gz"
    assert pancreasseg("segment", scan, "-o", mask, "--model", model).code in (0, 3)
    assert read_mask(mask).array.shape == (24, 32, 36)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups of this kind")
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_to_all_processes_of_a_training_ends_it_in_a_word(
    number: signal.Signals, configuration: Path
) -> None:
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace("steps = 2\n", "steps = 100000\n"), encoding="utf-8")

    # A terminal sends Ctrl-C, and a cluster's scheduler SIGTERM, to the batches' worker, too.
    process = start_command("train", configuration, "--device", "cpu", start_new_session=True)
    assert process.stderr is not None
    while "cnn" not in process.stderr.readline():
        assert process.poll() is None
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)

    assert err.splitlines()[-1] == "pancreasseg: cancelled."
    assert "Traceback" not in err
    assert process.returncode == 130


def test_a_configuration_that_is_missing_is_named(pancreasseg: Run, tmp_path: Path) -> None:
    path = tmp_path / "rnn.toml"

    outcome = pancreasseg("train", path)

    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 1
    assert_tells(outcome.err, "no training configuration", str(path), "check the path")
    assert names_in(tmp_path) == set()


def test_without_matplotlib_it_says_at_once_what_to_install(configuration: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "sys.modules['matplotlib'] = None\n"  # as if it were not installed
            "from PancreasSegLib.command_line.main import main\n"
            f"sys.exit(main(['train', {str(configuration)!r}]))",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == (
        "pancreasseg: Training draws its progress with matplotlib, which is not installed; install "
        "it with PancreasSeg's extra, in its checkout: pip install '.[train]'.\n"
    )
    assert not (configuration.parent / "run").exists()


def test_a_lack_of_memory_names_every_configuration_that_may_ask_too_much() -> None:
    coarse, fine = Path("coarse.toml"), Path("fine.toml")
    with (
        pytest.raises(OutOfMemory) as caught,
        training_memory_failure_in_a_sentence(coarse, fine),
    ):
        raise MemoryError

    assert_tells(caught.value, "memory", "'batch' or 'crop'", "coarse.toml", "fine.toml")


def test_scans_of_ones_own_need_no_configuration(
    pancreasseg: Run, configuration: Path, tmp_path: Path
) -> None:
    outcome = pancreasseg(
        *("train", "--data", tmp_path / "scans", "--output", tmp_path / "own", "--name", "mine"),
        *("--start", "jac64-ct", "--folds", "0", "--steps", "1", "--device", "cpu"),
    )

    model = tmp_path / "own" / "models" / "mine.json"
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[-1] == f"Model        {model}"
    assert "how good the model is will not be known" in outcome.out
    assert Manifest.from_file(model).training["loose_slices"] == 0


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ([], ("give a configuration", "--data FOLDER", "--output FOLDER")),
        (["--data", "scans"], ("--output FOLDER",)),
        (["x.toml", "--data", "scans"], ("--data", "not with a configuration")),
        (["--data", "a", "--output", "b", "--steps", "0"], ("--steps is 0", "1 or more")),
        (["--data", "a", "--output", "b", "--folds", "-1"], ("--folds is -1", "0 or more")),
    ],
)
def test_what_cannot_be_trained_is_told_before_anything_is_made(
    pancreasseg: Run, arguments: list[str], facts: tuple[str, ...], tmp_path: Path
) -> None:
    outcome = pancreasseg("train", *arguments)

    assert outcome.code == 1
    assert_tells(outcome.err, *facts)
    assert names_in(tmp_path) == set()
