"""The paper's protocol: select on the validation subset, then train on both until Acc_t."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.sampling import Batches, InTurn
from PancreasSegLib.training.data.training_set import TrainingSet
from PancreasSegLib.training.data.validation_window import crop_window
from PancreasSegLib.training.fit.checkpoint import load_checkpoint
from PancreasSegLib.training.fit.protocol import Protocol
from PancreasSegLib.training.fit.trainer import Stage, Trainer
from PancreasSegLib.training.fit.validation import measure_dice
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from Testing.training.toy import FLOAT32, tiny_jac, toy_recipe, toy_stack

DATA = TrainingSet((toy_stack("a", 1), toy_stack("b", 2)), (toy_stack("v", 3),), ())


class RecordingTrainer(Trainer):
    """Keeps the stages that it trained."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(folder, FLOAT32)
        self.stages: list[Stage] = []

    def train(self, stage: Stage) -> None:
        self.stages.append(stage)
        super().train(stage)


@pytest.fixture
def config(write_config: Callable[..., Path]) -> TrainingConfig:
    return read_config(write_config())


def run(
    folder: Path, config: TrainingConfig, refit_steps: int = 0, **recipe: Any
) -> tuple[RecordingTrainer, dict[str, Any]]:
    trainer = RecordingTrainer(folder)
    recipe_ = dataclasses.replace(toy_recipe(**recipe), refit_steps=refit_steps)
    network, protocol = tiny_jac(), Protocol(config, DATA, trainer)
    record = protocol.select("cnn", network, recipe_)
    return trainer, record | protocol.refit("cnn", network, recipe_)


def scores(trainer: Trainer, stage: str) -> dict[int, float]:
    events = [event for event in trainer.log.events() if event["stage"] == stage]
    return {event["step"]: event["dice"] for event in events if "dice" in event}


def axial(stage: Stage, first: int, last: int) -> Batches:
    """The batches of a stage with one view."""
    batches = stage.batches(first, last)
    assert isinstance(batches, InTurn)
    (part,) = batches.parts
    return part


def test_the_step_is_selected_by_the_validation_subset(
    tmp_path: Path, config: TrainingConfig
) -> None:
    trainer, record = run(tmp_path, config, steps=8, validate_every=2, learning_rate=0.1)

    (stage,) = trainer.stages
    measured = scores(trainer, "cnn-select")
    assert list(measured) == [2, 4, 6, 8]
    assert [scan.name for scan in axial(stage, 0, 1).scans] == ["a", "b"]
    assert [stack.name for stack in stage.validation] == ["v"]
    assert measured[record["selected_step"]] == max(measured.values())
    assert record["validation_dice"] == max(measured.values())
    assert set(record) == {"selected_step", "validation_dice"}


def test_the_refit_trains_on_both_subsets_with_batches_never_seen_before(
    tmp_path: Path, config: TrainingConfig
) -> None:
    trainer, _ = run(tmp_path, config, refit_steps=3, steps=8, validate_every=4)

    select, refit = trainer.stages
    assert (select.name, refit.name) == ("cnn-select", "cnn-refit")
    assert [scan.name for scan in axial(refit, 0, 3).scans] == ["a", "b", "v"]
    assert (axial(select, 0, 8).first, axial(select, 0, 8).last) == (0, 8)
    assert (axial(refit, 0, 3).first, axial(refit, 0, 3).last) == (8, 11)
    assert [stack.name for stack in refit.validation] == ["v"]
    assert refit.constant


def test_acc_t_is_the_training_dice_of_the_selected_weights(
    tmp_path: Path, config: TrainingConfig
) -> None:
    trainer, record = run(
        tmp_path, config, refit_steps=2, steps=60, validate_every=20, learning_rate=3e-2
    )

    assert config.sampling is not None
    _, refit = trainer.stages
    selected = tiny_jac()
    selected.load_state_dict(load_checkpoint(tmp_path / "cnn-select-best.pt")["network"])
    windows = [crop_window(stack, config.sampling, 4.0) for stack in DATA.training]
    parts = [s.cropped(window) for s, window in zip(DATA.training, windows, strict=True)]
    dice = measure_dice(selected, parts, FLOAT32)
    assert set(dice) == {"a", "b"}
    assert 0 < sum(dice.values()) / 2 < 1
    assert refit.stop_at == pytest.approx(sum(dice.values()) / 2)
    assert record["training_dice_to_reach"] == pytest.approx(refit.stop_at, abs=1e-4)


def test_the_refit_stops_at_acc_t_or_at_its_last_step(
    tmp_path: Path, config: TrainingConfig
) -> None:
    trainer, record = run(
        tmp_path, config, refit_steps=200, steps=40, validate_every=10, learning_rate=3e-2
    )

    measured = scores(trainer, "cnn-refit")
    reached = [step for step, dice in measured.items() if dice >= trainer.stages[1].stop_at - 5e-5]
    assert list(measured)[-1] == (reached[0] if reached else 200)
    assert record["refit_dice"] == max(measured.values())
    assert measured[record["refit_step"]] == record["refit_dice"]

    short, _ = run(tmp_path / "short", config, refit_steps=3, steps=40, validate_every=10)
    assert list(scores(short, "cnn-refit")) == [3]


def test_a_refit_to_the_accuracy_of_no_scan_is_refused_before_the_selection(
    tmp_path: Path, config: TrainingConfig
) -> None:
    loose = dataclasses.replace(toy_stack("a", 1), loose=True)
    data = dataclasses.replace(DATA, training=(loose,))
    protocol = Protocol(config, data, RecordingTrainer(tmp_path / "run"))

    with pytest.raises(InputError, match="leave a scan to train on, or take refit_steps out"):
        protocol.refuse_no_scan_to_refit_to()
    Protocol(config, DATA, RecordingTrainer(tmp_path / "run")).refuse_no_scan_to_refit_to()


def test_the_refit_ends_at_once_where_acc_t_is_reached_at_once(
    tmp_path: Path, config: TrainingConfig
) -> None:
    # Untrained: the training Dice is nearly nothing, and any refit reaches it.
    trainer, record = run(
        tmp_path, config, refit_steps=30, steps=1, validate_every=1, learning_rate=1e-9
    )

    assert list(scores(trainer, "cnn-refit"))[-1] < 30
    assert record["refit_dice"] >= record["training_dice_to_reach"]


def test_views_take_turns_each_with_its_own_spacing(tmp_path: Path, config: TrainingConfig) -> None:
    data = dataclasses.replace(
        config.data, spacing_mm=(1.0, 2.0, 3.0), views=("coronal", "sagittal")
    )

    trainer, _ = run(tmp_path, dataclasses.replace(config, data=data), steps=1, validate_every=1)

    batches = trainer.stages[0].batches(0, 4)
    assert isinstance(batches, InTurn)
    coronal, sagittal = batches.parts
    assert (coronal.pixel_mm, coronal.slice_mm) == ((3.0, 1.0), 2.0)
    assert (sagittal.pixel_mm, sagittal.slice_mm) == ((3.0, 2.0), 1.0)
    assert coronal.scans[0].image.shape == (24, 8, 24)
    drawn = [coronal.at(0), sagittal.at(1), coronal.at(2), sagittal.at(3)]
    for (image, reference), expected in zip(batches, drawn, strict=True):
        assert torch.equal(image, expected[0]) and torch.equal(reference, expected[1])
