"""Tiny models and scans for real workers, and stand-ins for workers that go wrong."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from PancreasSegLib.models import Manifest, Window
from PancreasSegLib.models.weights import save_weights
from PancreasSegLib.networks import JAC, RNN
from PancreasSegLib.volume import Volume
from PancreasSegLib.worker.client import WorkerClient
from PancreasSegLib.worker.events import Event

StandIn = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where private folders are made; after every test, whatever its outcome, none is left."""
    folder = tmp_path / "vorübergehend – Ünser Ordner"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def noise(seed: int, shape: tuple[int, int, int] = (10, 24, 26)) -> Volume:
    """A sheared, left-handed scan of -100 to 300 HU: a random model takes a part for pancreas."""
    affine = np.array(
        [[1.5, 0.1, 0.0, -30.1], [0.0, -1.6, 0.3, 12.7], [0.0, 0.0, 2.1, -700.3], [0, 0, 0, 1]]
    )
    values = np.random.default_rng(seed).integers(-100, 300, shape)
    return Volume(values.astype(np.int16), affine, modality="CT")


@pytest.fixture
def scan() -> Volume:
    return noise(seed=0)


@pytest.fixture
def large_scan() -> Volume:
    """Takes the slow model many seconds."""
    return noise(seed=0, shape=(60, 160, 160))


def save_model(network: JAC | RNN, folder: Path) -> Path:
    """The path of the manifest, in a folder of its own."""
    folder.mkdir()
    manifest = Manifest(
        name="test",
        title="for tests",
        task="pancreas",
        network=network.configuration(),
        modality="CT",
        window=Window("hu", -100.0, 240.0),
        spacing_mm=(1.5, 1.5, 2.0),
        training={},
        measured={},
        licence="none",
        weights="test.pt",
        sha256=save_weights(network, folder / "test.pt"),
    )
    manifest.to_file(folder / "test.json")
    return folder / "test.json"


@pytest.fixture
def random_model(tmp_path: Path) -> Path:
    """Random weights, in the recurrence's corrections, too."""
    torch.manual_seed(0)
    rnn = RNN(JAC(channels=4, blocks=2, scales=3), hidden=3, window=3)
    for correction in rnn.corrections.values():
        nn.init.normal_(next(correction.parameters()))
    return save_model(rnn, tmp_path / "größere Modelle")


@pytest.fixture
def slow_model(tmp_path: Path) -> Path:
    torch.manual_seed(5)
    return save_model(JAC(channels=128, blocks=4, scales=3), tmp_path / "slow")


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    """The command of a program in the worker's place; its code finds the folder in sys.argv[-1]."""

    def write(code: str) -> list[str]:
        script = tmp_path / "stand in.py"
        script.write_text(code, encoding="utf-8")
        return [sys.executable, str(script)]

    return write


def until(client: WorkerClient, wanted: Callable[[Event], bool], seconds: float = 120) -> Event:
    """Polls until an event is the wanted one."""
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        for event in client.poll():
            if wanted(event):
                return event
        assert client.is_running, client.log
        time.sleep(0.02)
    raise AssertionError(f"not told within {seconds} s; the log: {client.log}")


def all_events(client: WorkerClient, seconds: float = 120) -> list[Event]:
    """Polls to the end."""
    events: list[Event] = []
    stop = time.monotonic() + seconds
    while client.is_running:
        assert time.monotonic() < stop, client.log
        events += client.poll()
        time.sleep(0.02)
    return events


def is_alive(pid: int) -> bool:
    """False also for a dead process that nobody has asked about yet (Linux)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def seconds_until_dead(*pids: int, at_most: float = 20) -> float:
    began = time.monotonic()
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() - began < at_most, f"of {pids} some still run"
        time.sleep(0.01)
    return time.monotonic() - began
