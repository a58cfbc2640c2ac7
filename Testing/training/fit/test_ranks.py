"""Two processes that torchrun started, against one that adds up the gradients of both halves."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from PancreasSegLib.models import Manifest
from PancreasSegLib.networks import build_cnn
from PancreasSegLib.training.data.training_set import load_training_set
from PancreasSegLib.training.fit.checkpoint import load_checkpoint
from PancreasSegLib.training.fit.objective import LOSSES, objective
from PancreasSegLib.training.fit.protocol import Protocol
from PancreasSegLib.training.fit.trainer import Stage, Trainer, make_optimizer, set_learning_rate
from PancreasSegLib.training.recipe.config import read_config
from PancreasSegLib.training.train import training_compute
from Testing.training.conftest import ALL_SCANS, WITHOUT_RNN

CHANGES = (
    *ALL_SCANS,
    *WITHOUT_RNN,
    ("steps = 2\nbatch = 2", 'steps = 6\nbatch = 4\noptimizer = "sgd"'),
    ("learning_rate = 1e-3\n", "learning_rate = 0.1\nlearning_rate_warmup_steps = 1\n"),
)


def torchrun(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pancreasseg train` in two processes."""
    together = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*together, "-m", "PancreasSegLib", "train", str(config), "--device", "cpu"]
    return subprocess.run(
        [sys.executable, *command, *arguments],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def trained_by_halves(config_path: Path, folder: Path) -> dict[str, Tensor]:
    """The weights after the recipe's steps: gradients of both halves of each batch are added up,
    each half has batch statistics of its own, and the running ones are averaged at the end."""
    config = read_config(config_path)
    compute, recipe = training_compute("cpu"), config.cnn
    data = load_training_set(config)
    batches = Protocol(config, data, Trainer(folder, compute))._batches(
        data.training, recipe, 0, recipe.steps
    )
    torch.manual_seed(config.seed)
    network = build_cnn(config.network)
    stage = Stage("cnn", network, recipe, recipe.steps, lambda first, last: batches, ())
    optimizer = make_optimizer(network, recipe)
    statistics = [copy.deepcopy(dict(network.named_buffers())) for _ in range(2)]
    for step, (image, reference) in enumerate(batches):
        network.train()
        set_learning_rate(optimizer, stage, step)
        optimizer.zero_grad()
        for own, x, y in zip(statistics, image.chunk(2), reference.chunk(2), strict=True):
            network.load_state_dict(own, strict=False)
            with compute.mixed_precision():
                loss = objective(network, LOSSES[recipe.loss], x, y, recipe.coarser_weight)
            (loss / 2).backward()
            own.update(copy.deepcopy(dict(network.named_buffers())))
        nn.utils.clip_grad_norm_(network.parameters(), recipe.gradient_clip)
        optimizer.step()
    one, other = statistics
    means = {name: (one[name] + other[name]) / 2 for name in one if "running" in name}
    return dict(network.state_dict()) | means


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs gloo's rendezvous by TCP")
def test_two_processes_have_the_weights_of_one_that_accumulates_both_halves(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    config = write_config(*CHANGES)

    done = torchrun(config)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Model ") == 1
    trained = load_checkpoint(tmp_path / "run" / "cnn-last.pt")["network"]
    expected = trained_by_halves(config, tmp_path / "reference")
    untrained = build_cnn(read_config(config).network).state_dict()
    for name, weights in trained.items():
        torch.testing.assert_close(
            weights.float(), expected[name].float(), rtol=1e-4, atol=1e-5, msg=name
        )
    moved = [
        float((trained[name] - weights).abs().max())
        for name, weights in untrained.items()
        if weights.is_floating_point()
    ]
    assert max(moved) > 0.05
    lines = (tmp_path / "run" / "log.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines))
    assert Manifest.from_file(tmp_path / "models" / "tiny-jac.json").network["kind"] == "JAC"


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs gloo's rendezvous by TCP")
def test_a_batch_that_cannot_be_shared_is_told(
    scans: Path, write_config: Callable[..., Path], tmp_path: Path
) -> None:
    config = write_config(*CHANGES, ("batch = 4", "batch = 3"))

    done = torchrun(config)

    assert done.returncode != 0
    assert "batch is 3; 2 processes" in done.stderr
    assert not (tmp_path / "run").exists()
