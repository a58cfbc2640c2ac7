"""Small scans as files, an experiment that is trained on them within seconds, and the smoke test's
study, which is run once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.command_line.main import main
from PancreasSegLib.experiments.study import Study, begin_study, open_study
from PancreasSegLib.volume import Volume, write_mask, write_volume

AFFINE = np.diag([3.0, 3.0, 4.0, 1.0])

DEFINITION = """\
title = "Tiny"
folds = 2
seeds = [1]
window = { kind = "hu", low = -100, high = 240 }
spacing_mm = [3.0, 3.0, 4.0]

[sampling]
crop = [16, 16]
centre = "pancreas"
jitter_mm = 5

[recipes.cnn]
steps = 4
batch = 2
learning_rate = 1e-3
validate_every = 2

[recipes.rnn]
steps = 2
batch = 1
length = 3
learning_rate = 1e-4
validate_every = 2

[[families]]
name = "jac"
title = "JAC-2"
network = { channels = 2, blocks = 1, scales = 2 }
recipe = "cnn"

[[families.recurrences]]
name = "rnn"
title = "RNN-2"
recipe = "rnn"
network = { hidden = 2, directions = ["superior"], window = 4 }
"""

Write = Callable[..., Path]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """The folder `scans` with the cases a to d: a bright box in a grey body."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for seed, name in enumerate("abcd"):
        random = np.random.default_rng(seed)
        scan = np.full((10, 20, 24), -1000, np.int16)
        scan[:, 2:18, 2:22] = random.integers(20, 60, (10, 16, 20))
        mask = np.zeros(scan.shape, np.uint8)
        mask[3:7, 6:13, 8:17] = 1
        scan[mask == 1] += 100
        write_volume(Volume(scan, AFFINE), folder / f"{name}.nii.gz")
        write_mask(Volume(mask, AFFINE), folder / f"{name}_label.nii.gz")
    return folder


@pytest.fixture
def write_definition(tmp_path: Path) -> Write:
    """Writes `tiny.toml`, each text of `changes` replaced by the one after it."""

    def write(*changes: tuple[str, str]) -> Path:
        text = DEFINITION
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path = tmp_path / "tiny.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def begin(write_definition: Write, scans: Path, tmp_path: Path) -> Callable[..., Study]:
    """Begins the tiny study, with changes, in the folder `study`."""

    def begun(*changes: tuple[str, str]) -> Study:
        return begin_study(write_definition(*changes), scans, tmp_path / "study", "the command")

    return begun


@pytest.fixture(scope="session")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The experiment `smoke`, run to its end and reported, by the command."""
    folder = tmp_path_factory.mktemp("smoke") / "study"
    assert main(["experiment", "run", "smoke", "--output", str(folder), "--device", "cpu"]) == 0
    assert main(["experiment", "report", "smoke", "--output", str(folder)]) == 0
    return open_study(folder)
