"""The trainer: one loop for every network and stage, resumable to the same curve."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks import Network, Superpixels, UNet3D
from PancreasSegLib.networks.network import CONVOLUTIONS
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.data.batches import AnyBatches, load
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.fit import ranks
from PancreasSegLib.training.fit.checkpoint import load_checkpoint, save_checkpoint
from PancreasSegLib.training.fit.log import Log
from PancreasSegLib.training.fit.objective import (
    LOSSES,
    box_objective,
    class_objective,
    objective,
)
from PancreasSegLib.training.fit.validation import measure_dice
from PancreasSegLib.training.fit.weight_average import weight_average
from PancreasSegLib.training.recipe.config import Recipe
from PancreasSegLib.training.superpixels.box_batches import BoxBatches

MOMENTUM = 0.9
"""Of SGD: the paper states none; that of its time (Krizhevsky et al. 2012)."""

LOG_EVERY = 20
"""Steps over which the loss is averaged for the log."""


@dataclass
class Stage:
    """One stage of a run: what is trained, on what, how long, and what it is measured on.

    Without `validation` the last weights count as the best. `stop_at` ends the stage as soon as the
    validation Dice reaches it. `constant` keeps the learning rate at the recipe's
    `refit_learning_rate`; otherwise it falls as a half cosine.
    """

    name: str
    network: Network
    recipe: Recipe
    steps: int
    batches: Callable[[int, int], AnyBatches | BoxBatches]
    validation: Sequence[Stack]
    constant: bool = False
    stop_at: float = math.inf
    best_step: int = field(default=0, init=False)
    best_dice: float = field(default=-1.0, init=False)
    average: AveragedModel | None = field(default=None, init=False)
    random: torch.Tensor | None = field(default=None, init=False)

    @property
    def kept(self) -> Network:
        """The network whose weights are kept: the one that is trained, or its average."""
        return self.network if self.average is None else cast(Network, self.average.module)


class Trainer:
    """Trains stages in `folder`: checkpoints, `log.jsonl` and `progress.png` lie there."""

    def __init__(
        self,
        folder: Path,
        compute: Compute,
        progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self.folder, self.compute, self.progress = folder, compute, progress
        self.device = compute.device
        self.log = Log(folder)

    def train(self, stage: Stage) -> None:
        """Train `stage` to its end and leave its best weights in `stage.network`.

        A stage that was cut short goes on from its checkpoint; a finished one is only read.
        Raises `InputError` where a checkpoint is damaged or the loss is no longer finite.
        """
        channels_last(stage.network.to(self.device))
        if stage.recipe.weight_average > 0:
            stage.average = weight_average(stage.network, stage.recipe.weight_average)
        optimizer = make_optimizer(stage.network, stage.recipe)
        step = self._resume(stage, optimizer)
        self.log.forget_after(stage.name, step)
        if step < stage.steps:
            self._train_from(step, stage, optimizer)
        best = load_checkpoint(self._path(stage, "best"), self.device)
        stage.network.load_state_dict(best["network"])

    def _train_from(self, first: int, stage: Stage, optimizer: torch.optim.Optimizer) -> None:
        started, losses = time.monotonic(), []
        batches = iter(load(stage.batches(first, stage.steps)))
        if stage.random is not None:
            self._go_on_drawing(stage.random)
        for step, (image, reference) in enumerate(batches, start=first + 1):
            losses.append(self._step(stage, optimizer, step - 1, image, reference))
            self._tell(stage, step, time.monotonic() - started, step - first)
            keeps = step % stage.recipe.validate_every == 0 or step == stage.steps
            # Before every checkpoint, so that a resumed run averages the same losses.
            if keeps or step % LOG_EVERY == 0:
                mean = round(sum(losses) / len(losses), 5)
                self.log.add(stage=stage.name, step=step, loss=mean)
                losses.clear()
            if keeps:
                self._keep(stage, optimizer, step)
                if stage.best_dice >= stage.stop_at:
                    return

    def _step(
        self,
        stage: Stage,
        optimizer: torch.optim.Optimizer,
        step: int,
        image: torch.Tensor,
        reference: torch.Tensor,
    ) -> float:
        stage.network.train()
        set_learning_rate(optimizer, stage, step)
        with self.compute.mixed_precision():
            loss = _loss(
                stage,
                step,
                ranks.own_part(image).to(self.device, non_blocking=True),
                ranks.own_part(reference).to(self.device, non_blocking=True),
            )
        value = ranks.mean(float(loss.detach()), self.device)
        if not math.isfinite(value):
            raise InputError(
                f"The loss of {stage.name} is not a finite number at step {step}; lower the"
                " learning rate, in a new output folder."
            )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        ranks.average_gradients(stage.network)
        nn.utils.clip_grad_norm_(stage.network.parameters(), stage.recipe.gradient_clip)
        optimizer.step()
        if stage.average is not None:
            stage.average.update_parameters(stage.network)
        return value

    def _keep(self, stage: Stage, optimizer: torch.optim.Optimizer, step: int) -> None:
        for network in {stage.network, stage.kept}:
            ranks.average_statistics(network)
        if stage.validation:
            self._validate(stage, step)
        elif step == stage.steps:
            stage.best_step = step
            self._save_best(stage)
        self.log.draw()
        save_checkpoint(
            self._path(stage, "last"),
            step=step,
            best_step=stage.best_step,
            best_dice=stage.best_dice,
            finished=step >= stage.steps or stage.best_dice >= stage.stop_at,
            network=stage.network.state_dict(),
            average=None if stage.average is None else stage.average.state_dict(),
            optimizer=optimizer.state_dict(),
            random=self._random(),
        )

    def _validate(self, stage: Stage, step: int) -> None:
        cases = measure_dice(stage.kept, stage.validation, self.compute)
        # Where a whole stack did not fit onto the graphics card, validation went on on the CPU.
        stage.kept.to(self.device)
        dice = ranks.mean(sum(cases.values()) / len(cases), self.device)
        if dice > stage.best_dice:
            stage.best_step, stage.best_dice = step, dice
            self._save_best(stage)
        rounded = {name: round(value, 4) for name, value in cases.items()}
        self.log.add(stage=stage.name, step=step, dice=round(dice, 4), cases=rounded)

    def _save_best(self, stage: Stage) -> None:
        save_checkpoint(self._path(stage, "best"), network=stage.kept.state_dict())

    def _resume(self, stage: Stage, optimizer: torch.optim.Optimizer) -> int:
        path = self._path(stage, "last")
        if not path.is_file():
            return 0
        state = load_checkpoint(path, self.device)
        if state["best_step"] > 0 and not self._path(stage, "best").is_file():
            return 0  # it was damaged, and deleted for that: the stage starts again
        stage.network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        if stage.average is not None:
            stage.average.load_state_dict(state["average"])
        stage.best_step, stage.best_dice = state["best_step"], state["best_dice"]
        stage.random = state.get("random")  # those of earlier versions have none
        return stage.steps if state["finished"] else int(state["step"])

    def _random(self) -> torch.Tensor:
        """Where the random numbers are that dropout draws: a resumed run draws the same ones."""
        if self.device.type == "cuda":
            return torch.cuda.get_rng_state(self.device)
        return torch.get_rng_state()

    def _go_on_drawing(self, random: torch.Tensor) -> None:
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(random.cpu(), self.device)
        else:
            torch.set_rng_state(random.cpu())

    def _tell(self, stage: Stage, step: int, seconds: float, done: int) -> None:
        left = seconds / done * (stage.steps - step)
        self.progress(Progress(stage.name, step / stage.steps, left))

    def _path(self, stage: Stage, which: str) -> Path:
        return self.folder / f"{stage.name}-{which}.pt"


def _loss(stage: Stage, step: int, image: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    network, recipe = stage.network, stage.recipe
    if isinstance(network, Superpixels):
        return box_objective(network, image, reference)
    if recipe.loss == "classes":
        assert isinstance(network, UNet3D)  # the configuration was checked
        return class_objective(network, image, reference, recipe.coarser_weight)
    warm = step < recipe.warmup_steps and not stage.constant
    loss = LOSSES["cross_entropy" if warm else recipe.loss]
    # A patch's reference has classes: 1 is the pancreas in any case.
    return objective(network, loss, image, (reference == 1).float(), recipe.coarser_weight)


def channels_last(network: nn.Module) -> None:
    """Lay out the kernels of `network` as processors with matrix units like them."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        elif isinstance(module, nn.Conv3d | nn.ConvTranspose3d):
            module.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]


def make_optimizer(network: Network, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW, or SGD; the recurrence, which starts from nothing, has a learning rate of its own.

    An RNN's CNN with the learning rate 0 gets no gradients at all: that saves most of a step.
    Kernels of convolutions decay; norms, biases and peepholes where the recipe says so.
    """
    rate = recipe.learning_rate
    network.cnn.requires_grad_(rate > 0)
    of_cnn = {id(parameter) for parameter in network.cnn.parameters()}
    kernels = {id(m.weight) for m in network.modules() if isinstance(m, CONVOLUTIONS)}
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for parameter in network.parameters():
        of_recurrence = id(parameter) not in of_cnn
        full_rate = (recipe.recurrent_learning_rate or rate) if of_recurrence else rate
        decays = recipe.decayed == "all" or id(parameter) in kernels
        decay = recipe.weight_decay if decays else 0.0
        groups.setdefault((full_rate, decay), []).append(parameter)
    tables = [
        {"params": parameters, "lr": full_rate, "weight_decay": decay, "full_rate": full_rate}
        for (full_rate, decay), parameters in groups.items()
    ]
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(tables, momentum=MOMENTUM)
    return torch.optim.AdamW(tables)


def set_learning_rate(optimizer: torch.optim.Optimizer, stage: Stage, step: int) -> None:
    """Linear warm-up, then a half cosine to zero; `constant` stages keep the refit rate."""
    rise = min(1.0, (step + 1) / max(1, stage.recipe.learning_rate_warmup_steps))
    fall = 0.5 * (1 + math.cos(math.pi * step / stage.steps))
    for group in optimizer.param_groups:
        full = group["full_rate"]
        group["lr"] = min(full, stage.recipe.refit_learning_rate) if stage.constant else full * fall
        group["lr"] *= rise
