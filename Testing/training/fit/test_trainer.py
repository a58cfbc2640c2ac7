"""The trainer: it learns, it can be killed, it leaves its best weights."""

from __future__ import annotations

import dataclasses
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from PancreasSegLib.networks import JAC, RNN, OriginalUNet
from PancreasSegLib.segmenter.device import Compute, choose_compute
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.fit.checkpoint import load_checkpoint, save_checkpoint
from PancreasSegLib.training.fit.objective import LOSSES, objective
from PancreasSegLib.training.fit.trainer import (
    Trainer,
    make_optimizer,
    set_learning_rate,
)
from PancreasSegLib.training.fit.validation import measure_dice
from PancreasSegLib.training.recipe.config import Recipe
from PancreasSegLib.training.train import training_compute
from Testing.training.conftest import refused
from Testing.training.toy import (
    FLOAT32,
    tiny_jac,
    toy_batches,
    toy_recipe,
    toy_stack,
    toy_stage,
    toy_trainer,
)

KILLED = """
import os, signal, sys
from pathlib import Path
from Testing.training.toy import toy_recipe, toy_stage, toy_trainer

def kill_after_37_steps(progress):
    if round(progress.fraction * 60) == 37:
        os.kill(os.getpid(), signal.SIGKILL)

trainer = toy_trainer(Path(sys.argv[1]))
trainer.progress = kill_after_37_steps
trainer.train(toy_stage(toy_recipe(steps=60, validate_every=15)))
"""


def train_toy(folder: Path, **recipe: Any) -> Trainer:
    trainer = toy_trainer(folder)
    trainer.train(toy_stage(toy_recipe(**recipe)))
    return trainer


def test_the_loss_falls_and_the_dice_rises_on_an_easy_problem(tmp_path: Path) -> None:
    trainer = toy_trainer(tmp_path)
    stage = toy_stage(toy_recipe(steps=160, validate_every=40, learning_rate=3e-2))

    trainer.train(stage)

    losses = [event["loss"] for event in trainer.log.events() if "loss" in event]
    assert losses[-1] < 0.6 * losses[0]
    assert stage.best_dice > 0.8
    assert (tmp_path / "progress.png").is_file()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_killed_run_goes_on_to_the_same_curve_and_the_same_weights(tmp_path: Path) -> None:
    whole = train_toy(tmp_path / "whole", steps=60, validate_every=15)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "killed")], check=False)
    assert killed.returncode == -signal.SIGKILL
    before = toy_trainer(tmp_path / "killed").log.events()
    assert max(event["step"] for event in before) in range(30, 38)

    resumed = train_toy(tmp_path / "killed", steps=60, validate_every=15)

    assert resumed.log.events() == whole.log.events()
    for name in ("toy-last.pt", "toy-best.pt"):
        states = [load_checkpoint(t.folder / name)["network"] for t in (whole, resumed)]
        assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])


def test_a_run_stopped_before_its_first_checkpoint_starts_again(tmp_path: Path) -> None:
    whole = train_toy(tmp_path / "whole", steps=30, validate_every=30)

    def stop(progress: Progress) -> None:
        if progress.fraction > 0.75:
            raise KeyboardInterrupt

    (tmp_path / "stopped").mkdir()
    stopped = Trainer(tmp_path / "stopped", FLOAT32, stop)
    with pytest.raises(KeyboardInterrupt):
        stopped.train(toy_stage(toy_recipe(steps=30, validate_every=30)))
    assert [event["step"] for event in stopped.log.events()] == [20]

    assert train_toy(tmp_path / "stopped", steps=30, validate_every=30).log.events() == (
        whole.log.events()
    )


def test_a_stopped_run_without_validation_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.fraction > 0.75:
            raise KeyboardInterrupt

    whole, stopped, resumed = (
        dataclasses.replace(toy_stage(toy_recipe(steps=30, validate_every=10)), validation=())
        for _ in range(3)
    )
    for folder in ("whole", "stopped"):
        (tmp_path / folder).mkdir()
    Trainer(tmp_path / "whole", FLOAT32).train(whole)
    with pytest.raises(KeyboardInterrupt):
        Trainer(tmp_path / "stopped", FLOAT32, stop).train(stopped)
    assert not (tmp_path / "stopped" / "toy-best.pt").exists()

    Trainer(tmp_path / "stopped", FLOAT32).train(resumed)

    weights = [stage.network.state_dict() for stage in (whole, resumed)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_a_finished_stage_is_only_read_and_gives_its_best_weights(tmp_path: Path) -> None:
    train_toy(tmp_path, steps=4, validate_every=2)
    log = (tmp_path / "log.jsonl").read_bytes()
    best = {name: value + 1 for name, value in tiny_jac().state_dict().items()}
    save_checkpoint(tmp_path / "toy-best.pt", network=best)
    stage = toy_stage(toy_recipe(steps=4, validate_every=2))
    told: list[Progress] = []

    Trainer(tmp_path, FLOAT32, told.append).train(stage)

    assert told == []
    assert (tmp_path / "log.jsonl").read_bytes() == log
    assert all(torch.equal(best[key], value) for key, value in stage.network.state_dict().items())


def test_the_best_weights_are_left_in_the_network(tmp_path: Path) -> None:
    stage = toy_stage(toy_recipe(steps=6, validate_every=1, learning_rate=0.3))

    trainer = toy_trainer(tmp_path)
    trainer.train(stage)

    scores = {e["step"]: e["dice"] for e in trainer.log.events() if "dice" in e}
    assert len(scores) == 6
    assert stage.best_dice == pytest.approx(max(scores.values()), abs=1e-4)
    assert scores[stage.best_step] == max(scores.values())
    left = measure_dice(stage.network, stage.validation, FLOAT32)
    assert left == {"v": stage.best_dice}


def test_a_stage_ends_where_the_dice_to_stop_at_is_reached(tmp_path: Path) -> None:
    stage = toy_stage(toy_recipe(steps=9, validate_every=3))
    stage.stop_at = 0.0
    trainer = toy_trainer(tmp_path)

    trainer.train(stage)
    trainer.train(dataclasses.replace(stage))

    assert [event["step"] for event in trainer.log.events() if "dice" in event] == [3]
    assert load_checkpoint(tmp_path / "toy-last.pt")["finished"]


def test_progress_tells_the_share_of_the_stage_and_the_time_left(tmp_path: Path) -> None:
    told: list[Progress] = []

    Trainer(tmp_path, FLOAT32, told.append).train(toy_stage(toy_recipe(steps=4, validate_every=4)))

    assert [(progress.step, progress.fraction) for progress in told] == [
        ("toy", 0.25),
        ("toy", 0.5),
        ("toy", 0.75),
        ("toy", 1.0),
    ]
    assert told[0].seconds_left is not None and told[0].seconds_left > 0
    assert told[-1].seconds_left == 0


@pytest.mark.parametrize(
    ("warmup_steps", "losses"),
    [(0, ["jaccard", "jaccard"]), (1, ["cross_entropy", "jaccard"])],
)
def test_warm_up_steps_use_cross_entropy(
    tmp_path: Path, warmup_steps: int, losses: list[str]
) -> None:
    trainer = toy_trainer(tmp_path)
    # So slow that the weights stay as they were.
    recipe = toy_recipe(2, validate_every=1, learning_rate=1e-12, warmup_steps=warmup_steps)

    trainer.train(toy_stage(recipe))

    logged = [event["loss"] for event in trainer.log.events() if "loss" in event]
    batches = toy_batches([toy_stack("a", 1), toy_stack("b", 2)])
    expected = [
        objective(tiny_jac(), LOSSES[name], *batches.at(step)).item()
        for step, name in enumerate(losses)
    ]
    assert logged == pytest.approx(expected, abs=1e-5)


def test_the_recipe_says_what_coarser_side_outputs_count(tmp_path: Path) -> None:
    trainer = toy_trainer(tmp_path)
    recipe = dataclasses.replace(toy_recipe(1, validate_every=1), coarser_weight=0.25)

    trainer.train(toy_stage(recipe))

    logged = [event["loss"] for event in trainer.log.events() if "loss" in event]
    batch = toy_batches([toy_stack("a", 1), toy_stack("b", 2)]).at(0)
    expected = objective(tiny_jac(), LOSSES["jaccard"], *batch, coarser_weight=0.25).item()
    assert logged == pytest.approx([expected], abs=1e-5)
    equal = objective(tiny_jac(), LOSSES["jaccard"], *batch).item()
    assert abs(expected - equal) > 1e-3


def rates_at(step: int, constant: bool = False) -> list[float]:
    recipe = dataclasses.replace(
        toy_recipe(400, validate_every=400, learning_rate=1e-3),
        recurrent_learning_rate=1e-2,
        refit_learning_rate=2e-3,
    )
    stage = dataclasses.replace(toy_stage(recipe), network=RNN(tiny_jac(), 2), constant=constant)
    optimizer = make_optimizer(stage.network, recipe)
    set_learning_rate(optimizer, stage, step)
    return sorted({group["lr"] for group in optimizer.param_groups})


def test_the_learning_rate_rises_in_100_steps_and_falls_as_a_half_cosine() -> None:
    assert rates_at(0) == pytest.approx([1e-5, 1e-4])
    assert rates_at(49) == pytest.approx([0.5 * 0.963428 * 1e-3, 0.5 * 0.963428 * 1e-2])
    assert rates_at(100) == pytest.approx([0.853553e-3, 0.853553e-2])
    assert rates_at(200) == pytest.approx([0.5e-3, 0.5e-2])
    assert rates_at(399) == pytest.approx([1.54212e-8, 1.54212e-7])


def test_a_refit_keeps_its_own_rate_and_never_a_higher_one() -> None:
    assert rates_at(49, constant=True) == pytest.approx([0.5e-3, 1e-3])
    assert rates_at(200, constant=True) == pytest.approx([1e-3, 2e-3])
    assert rates_at(399, constant=True) == pytest.approx([1e-3, 2e-3])


def test_every_parameter_is_optimised_once_and_the_recurrence_at_its_own_rate() -> None:
    rnn = RNN(tiny_jac(), 2)
    recipe = dataclasses.replace(toy_recipe(1, validate_every=1), recurrent_learning_rate=0.5)

    groups = make_optimizer(rnn, recipe).param_groups

    optimised = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(optimised) == sorted(id(parameter) for parameter in rnn.parameters())
    of_recurrence = {id(p) for group in groups if group["lr"] == 0.5 for p in group["params"]}
    of_jac = {id(parameter) for parameter in rnn.jac.parameters()}
    assert of_recurrence == {id(parameter) for parameter in rnn.parameters()} - of_jac


def test_kernels_alone_decay_unless_the_recipe_says_all() -> None:
    rnn = RNN(tiny_jac(), 2)
    recipe = toy_recipe(1, validate_every=1)

    def decaying(recipe: Recipe) -> set[str]:
        groups = make_optimizer(rnn, recipe).param_groups
        kept = {id(p) for group in groups if group["weight_decay"] for p in group["params"]}
        return {name for name, parameter in rnn.named_parameters() if id(parameter) in kept}

    kernels = {
        name
        for name, parameter in rnn.named_parameters()
        if parameter.ndim == 4 and "peephole" not in name
    }
    assert decaying(recipe) == kernels
    assert "recurrences.superior.peephole" not in kernels
    assert decaying(dataclasses.replace(recipe, decayed="all")) == {
        name for name, _ in rnn.named_parameters()
    }


def test_kernels_that_enlarge_decay_as_well() -> None:
    network = OriginalUNet(2, 2)
    groups = make_optimizer(network, toy_recipe(1, validate_every=1)).param_groups
    decaying = {id(p) for group in groups if group["weight_decay"] for p in group["params"]}

    enlarging = [m for m in network.modules() if isinstance(m, torch.nn.ConvTranspose2d)]
    assert enlarging and all(id(module.weight) in decaying for module in enlarging)


def test_the_recipe_says_how_far_a_gradient_is_cut(tmp_path: Path) -> None:
    def weights_after(clip: float) -> torch.Tensor:
        recipe = dataclasses.replace(toy_recipe(1, validate_every=1), gradient_clip=clip)
        stage = toy_stage(recipe)
        toy_trainer(tmp_path / f"{clip}").train(stage)
        return torch.cat([parameter.detach().flatten() for parameter in stage.network.parameters()])

    # AdamW divides a first gradient by itself: only one near its epsilon of 1e-8 tells.
    start = torch.cat([parameter.detach().flatten() for parameter in tiny_jac().parameters()])
    cut, whole = ((weights_after(clip) - start).abs().max() for clip in (1e-12, 5.0))
    assert cut < 0.1 * whole


def test_the_rnn_stage_keeps_the_batch_statistics_of_its_jac(tmp_path: Path) -> None:
    rnn = RNN(tiny_jac(), 2)
    before = {name: value.clone() for name, value in rnn.state_dict().items()}
    stacks = [toy_stack("a", 1)]
    recipe = toy_recipe(2, validate_every=2)
    stage = dataclasses.replace(
        toy_stage(recipe),
        network=rnn,
        batches=lambda first, last: toy_batches(stacks, first, last, length=3),
    )

    toy_trainer(tmp_path).train(stage)

    statistics = {name for name, _ in rnn.named_buffers()}
    changed = {n for n, value in rnn.state_dict().items() if not torch.equal(value, before[n])}
    assert statistics and not statistics & changed
    assert {"jac.fusion.weight", "corrections.superior.weight"} <= changed


def test_an_rnn_with_the_learning_rate_0_keeps_its_cnn_as_it_is(tmp_path: Path) -> None:
    rnn = RNN(tiny_jac(), 2)
    before = {name: value.clone() for name, value in rnn.state_dict().items()}
    recipe = dataclasses.replace(
        toy_recipe(3, validate_every=3), learning_rate=0.0, recurrent_learning_rate=1e-2
    )
    stacks = [toy_stack("a", 1)]
    stage = dataclasses.replace(
        toy_stage(recipe),
        network=rnn,
        batches=lambda first, last: toy_batches(stacks, first, last, length=3),
        validation=(),
    )

    toy_trainer(tmp_path).train(stage)

    changed = {n for n, value in rnn.state_dict().items() if not torch.equal(value, before[n])}
    assert changed and all(name.startswith(("recurrences.", "corrections.")) for name in changed)
    assert stage.best_step == 3


def test_without_a_validation_subset_the_last_weights_are_kept(tmp_path: Path) -> None:
    trainer = toy_trainer(tmp_path)
    stage = dataclasses.replace(toy_stage(toy_recipe(4, validate_every=2)), validation=())

    trainer.train(stage)

    last = load_checkpoint(tmp_path / f"{stage.name}-last.pt")["network"]
    assert all(torch.equal(v, last[n]) for n, v in stage.network.state_dict().items())
    assert not any("dice" in event for event in trainer.log.events())


def test_jac_alone_is_trained_with_batch_statistics() -> None:
    jac, rnn = tiny_jac(), RNN(tiny_jac(), 2)
    for network in (jac, rnn):
        network.eval().train()

    assert all(m.training for m in jac.modules() if isinstance(m, nn.BatchNorm2d))
    assert not any(m.training for m in rnn.modules() if isinstance(m, nn.BatchNorm2d))
    assert rnn.recurrences["superior"].training


def test_a_loss_that_is_not_finite_ends_the_training_with_a_sentence(tmp_path: Path) -> None:
    network = tiny_jac()
    nn.init.constant_(network.fusion.bias, math.nan)

    with refused(
        "The loss of toy is not a finite number at step 0; lower the learning rate, in a new"
        " output folder."
    ):
        toy_trainer(tmp_path).train(toy_stage(toy_recipe(2, validate_every=2), network))


def test_float32_on_the_cpu_is_not_autocast_and_bfloat16_is() -> None:
    with FLOAT32.mixed_precision():
        assert not torch.is_autocast_enabled("cpu")
        assert tiny_jac()(torch.zeros(1, 1, 8, 8)).dtype == torch.float32
    with Compute(torch.device("cpu"), torch.bfloat16).mixed_precision():
        assert torch.is_autocast_enabled("cpu")
        assert tiny_jac()(torch.zeros(1, 1, 8, 8)).dtype == torch.bfloat16


def test_training_in_bfloat16_keeps_weights_and_loss_in_float32(tmp_path: Path) -> None:
    stage = toy_stage(toy_recipe(2, validate_every=2))

    Trainer(tmp_path, Compute(torch.device("cpu"), torch.bfloat16)).train(stage)

    assert {p.dtype for p in stage.network.parameters()} == {torch.float32}
    assert math.isfinite(Trainer(tmp_path, FLOAT32).log.events()[0]["loss"])


def test_on_the_cpu_training_computes_as_inference_does() -> None:
    assert training_compute("cpu") == choose_compute("cpu")


@pytest.mark.cuda
def test_cuda_trains_in_bfloat16_and_goes_on_after_a_stop(tmp_path: Path) -> None:
    compute = training_compute("cuda")
    recipe = toy_recipe(steps=160, validate_every=40, learning_rate=3e-2)

    def stop(progress: Progress) -> None:
        if progress.fraction > 0.6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Trainer(tmp_path, compute, stop).train(toy_stage(recipe))
    stage = toy_stage(recipe)
    Trainer(tmp_path, compute).train(stage)

    assert compute.precision == torch.bfloat16
    assert next(stage.network.parameters()).device.type == "cuda"
    assert next(stage.network.parameters()).dtype == torch.float32
    assert stage.best_dice > 0.8


def test_the_recipe_chooses_between_adamw_and_sgd_with_momentum() -> None:
    recipe = toy_recipe(steps=2, validate_every=1)

    adamw, sgd = (
        make_optimizer(tiny_jac(), dataclasses.replace(recipe, optimizer=name))
        for name in ("adamw", "sgd")
    )

    assert isinstance(adamw, torch.optim.AdamW)
    assert isinstance(sgd, torch.optim.SGD)
    assert {group["momentum"] for group in sgd.param_groups} == {0.9}
    assert {group["weight_decay"] for group in sgd.param_groups} == {1e-4, 0.0}


def with_dropout() -> JAC:
    network = tiny_jac()
    norm = next(name for name, m in network.named_modules() if isinstance(m, nn.BatchNorm2d))
    network.set_submodule(norm, nn.Sequential(network.get_submodule(norm), nn.Dropout(0.5)))
    return network


def test_a_stopped_run_of_a_network_with_dropout_goes_on_to_the_same_weights(
    tmp_path: Path,
) -> None:
    recipe = toy_recipe(steps=8, validate_every=4)

    def stop(progress: Progress) -> None:
        if progress.fraction > 0.7:
            raise KeyboardInterrupt

    toy_trainer(tmp_path / "whole").train(toy_stage(recipe, with_dropout()))
    (tmp_path / "stopped").mkdir()
    with pytest.raises(KeyboardInterrupt):
        Trainer(tmp_path / "stopped", FLOAT32, stop).train(toy_stage(recipe, with_dropout()))
    torch.manual_seed(99)
    network = with_dropout()
    toy_trainer(tmp_path / "stopped").train(toy_stage(recipe, network))

    whole, resumed = (
        load_checkpoint(tmp_path / name / "toy-last.pt")["network"] for name in ("whole", "stopped")
    )
    assert all(torch.equal(whole[key], resumed[key]) for key in whole)


def test_a_stage_whose_best_weights_are_deleted_starts_again(tmp_path: Path) -> None:
    trainer = train_toy(tmp_path / "run", steps=4, validate_every=2)
    best = trainer.folder / "toy-best.pt"
    before = load_checkpoint(best)["network"]
    best.write_bytes(b"damaged")
    with refused(f"The checkpoint {best} cannot be read; delete it to start this stage again."):
        train_toy(tmp_path / "run", steps=4, validate_every=2)

    best.unlink()
    train_toy(tmp_path / "run", steps=4, validate_every=2)

    after = load_checkpoint(best)["network"]
    assert all(torch.equal(before[key], after[key]) for key in before)
