"""The command in this process and in its own, a small scan, and models whose answer is known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from PancreasSegLib.command_line.main import main
from PancreasSegLib.models import Combination, Manifest, RegionStage, Window
from PancreasSegLib.models.manifest import Task
from PancreasSegLib.models.weights import save_weights
from PancreasSegLib.networks import JAC, RNN
from PancreasSegLib.process.cancellation import SIGNALS
from PancreasSegLib.volume import Volume, write_mask, write_volume

BALL_CENTRE = np.array([10.0, -20.0, -700.0])  # LPS mm
BALL_RADIUS = 15.0  # mm


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What was said last on the error stream, after the lines of progress."""
        return self.err.splitlines()[-1]


Run = Callable[..., Outcome]


@pytest.fixture
def pancreasseg(capsys: pytest.CaptureFixture[str]) -> Run:
    """`pancreasseg` in this process: fast, because torch is loaded once."""

    def run(*arguments: str | Path) -> Outcome:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


def hear_signals() -> None:
    """A test run in the background of a shell or under nohup hands on what it has ignored."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def start_command(
    *arguments: str | Path, environment: dict[str, str] | None = None, **options: Any
) -> subprocess.Popen[str]:
    """`pancreasseg` in a process of its own."""
    streams: dict[str, Any] = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "preexec_fn": hear_signals,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "PancreasSegLib", *map(str, arguments)],
        env=os.environ | {"OMP_NUM_THREADS": "1"} | (environment or {}),
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        **(streams | options),
    )


@pytest.fixture
def pancreasseg_process() -> Run:
    """`pancreasseg` in a process of its own, to its end."""

    def run(*arguments: str | Path, **options: Any) -> Outcome:
        process = start_command(*arguments, **options)
        out, err = process.communicate(timeout=300)
        return Outcome(process.returncode, out or "", err or "")

    return run


@pytest.fixture
def oblique_affine() -> np.ndarray:
    """Turned about z by a 3-4-5 triangle; the ball lies in the middle of the scan."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]]) * [2.0, 2.5, 3.0]
    affine[:3, 3] = BALL_CENTRE - affine[:3, :3] @ [17.5, 15.5, 11.5]
    return affine


@pytest.fixture
def ball(oblique_affine: np.ndarray) -> Volume:
    """Where the scan is bright."""
    k, j, i = np.indices((24, 32, 36))
    points = np.stack([i, j, k], axis=-1) @ oblique_affine[:3, :3].T + oblique_affine[:3, 3]
    inside = np.linalg.norm(points - BALL_CENTRE, axis=-1) <= BALL_RADIUS
    return Volume(inside.astype(np.uint8), oblique_affine)


@pytest.fixture
def scan(ball: Volume) -> Volume:
    """0 HU, a ball of 300 HU, and one voxel of air, because every CT has some."""
    array = np.where(ball.array, 300, 0).astype(np.int16)
    array[0, 0, 0] = -1000
    return ball.with_array(array)


@pytest.fixture
def scan_file(scan: Volume, tmp_path: Path) -> Path:
    path = tmp_path / "scan.nii.gz"
    write_volume(scan, path)
    return path


@pytest.fixture
def scan_without_pancreas(scan: Volume, tmp_path: Path) -> Path:
    """Nothing bright in it."""
    path = tmp_path / "nothing.nii.gz"
    write_volume(scan.with_array(np.minimum(scan.array, 100)), path)
    return path


@pytest.fixture
def noise_file(scan: Volume, tmp_path: Path) -> Path:
    """A scan of which the random model takes about a quarter for pancreas."""
    path = tmp_path / "noise.nii.gz"
    noise = np.random.default_rng(0).integers(-100, 300, scan.array.shape)
    write_volume(scan.with_array(noise.astype(np.int16)), path)
    return path


SaveModel = Callable[..., Path]


@pytest.fixture
def save_model(tmp_path: Path) -> SaveModel:
    """Writes a network with its manifest into a folder of its own; returns the manifest's path."""
    folder = tmp_path / "models"
    folder.mkdir()

    def save(network: JAC | RNN, name: str, task: Task, region: RegionStage | None) -> Path:
        manifest = Manifest(
            name=name,
            title=f"{name}, for tests",
            task=task,
            network=network.configuration(),
            modality="CT",
            window=Window("hu", -100.0, 240.0),
            spacing_mm=(3.0, 3.0, 4.0) if task == "region" else (1.5, 1.5, 2.0),
            region=region,
            combination=Combination(least_component=0.0 if region is None else 1.0),
            training={},
            measured={},
            licence="none",
            weights=f"{name}.pt",
            sha256=save_weights(network, folder / f"{name}.pt"),
        )
        manifest.to_file(folder / f"{name}.json")
        return folder / f"{name}.json"

    return save


def bright_voxel_jac() -> JAC:
    """Its logit is 40 * (windowed value - 0.8): positive above 172 HU in the window [-100, 240]."""
    jac = JAC(channels=1, blocks=1, scales=1)
    parameters = dict(jac.named_parameters())
    with torch.no_grad():
        parameters["scale_blocks.0.cbr_blocks.0.0.weight"].zero_()[..., 1, 1] = 1.0
        parameters["scale_blocks.0.side_output.weight"].fill_(40.0)
        parameters["scale_blocks.0.side_output.bias"].fill_(-32.0)
    return jac


@pytest.fixture
def bright_model(save_model: SaveModel) -> Path:
    """Coarse and fine stage take what is bright for the pancreas."""
    save_model(bright_voxel_jac(), "coarse", "region", None)
    fine = RNN(bright_voxel_jac(), hidden=2, window=4)
    return save_model(fine, "bright", "pancreas", RegionStage("coarse", (9.0, 9.0, 9.0)))


@pytest.fixture
def random_model(save_model: SaveModel) -> Path:
    """Random weights, in the recurrence's corrections, too; no coarse stage."""
    torch.manual_seed(0)
    rnn = RNN(JAC(channels=4, blocks=2, scales=3), hidden=3, window=3)
    for correction in rnn.corrections.values():
        nn.init.normal_(next(correction.parameters()))
    return save_model(rnn, "random", "pancreas", None)


@pytest.fixture
def slow_model(save_model: SaveModel) -> Path:
    """Takes seconds for a scan, so that there is time to cancel."""
    torch.manual_seed(5)
    return save_model(JAC(channels=48, blocks=4, scales=3), "slow", "pancreas", None)


def names_in(folder: Path) -> set[str]:
    """All that lies below a folder, hidden files too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


TRAINING = """\
name = "tiny"
output = "run"
seed = 1
network = { channels = 2, blocks = 1, scales = 2 }

[data]
volumes = [{ folder = "scans" }]
window = { kind = "hu", low = -100, high = 240 }
spacing_mm = [2.0, 2.5, 3.0]
held_out = ["c"]
validation = ["b"]

[sampling]
crop = [24, 24]
centre = "pancreas"
jitter_mm = 5

[augmentation]

[cnn]
steps = 2
batch = 2
learning_rate = 1e-3
validate_every = 2

[export]
folder = "models"
cnn = "tiny-ct"
task = "pancreas"
licence = "none"
"""


@pytest.fixture
def configuration(scan: Volume, ball: Volume, tmp_path: Path) -> Path:
    """Three scans, one of them held out, and two steps of training."""
    (tmp_path / "scans").mkdir()
    upright = np.diag([2.0, 2.5, 3.0, 1.0])
    for name in "abc":
        write_volume(Volume(scan.array, upright), tmp_path / "scans" / f"{name}.nii.gz")
        write_mask(Volume(ball.array, upright), tmp_path / "scans" / f"{name}_label.nii.gz")
    path = tmp_path / "tiny.toml"
    path.write_text(TRAINING, encoding="utf-8")
    return path
