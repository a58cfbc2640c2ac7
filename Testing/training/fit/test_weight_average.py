"""The moving average of the weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.fit.checkpoint import load_checkpoint
from PancreasSegLib.training.fit.trainer import Trainer
from PancreasSegLib.training.fit.weight_average import weight_average
from Testing.training.toy import FLOAT32, tiny_jac, toy_recipe, toy_stage


def test_it_forgets_the_start_and_then_keeps_its_share() -> None:
    network = tiny_jac()
    average = weight_average(network, 0.25)
    weight = network.fusion.bias
    assert weight is not None
    values = []
    with torch.no_grad():
        for value in (1.0, 2.0, 4.0):
            weight.fill_(value)
            average.update_parameters(network)
            values.append(float(average.module.state_dict()["fusion.bias"]))

    # The first is taken as it is; then (1 + 1) / (10 + 1) and 3 / 12 of the average are kept.
    assert values == pytest.approx([1.0, 2 - 2 / 11, 4 - 0.25 * (4 - 2 + 2 / 11)])


def test_the_average_is_what_is_kept_and_a_stopped_run_goes_on_with_it(tmp_path: Path) -> None:
    weights = {}
    for name, parts in {"whole": (8,), "resumed": (4, 8)}.items():
        (tmp_path / name).mkdir()
        for stop in parts:
            stage = toy_stage(toy_recipe(steps=8, validate_every=4, weight_average=0.9))
            trainer = Trainer(tmp_path / name, FLOAT32)
            if stop < 8:
                trainer.progress = _stop_after(stop + 1)
                with pytest.raises(KeyboardInterrupt):
                    trainer.train(stage)
            else:
                trainer.train(stage)
        weights[name] = stage.network.state_dict()
        last = load_checkpoint(tmp_path / name / "toy-last.pt")

    assert all(torch.equal(weights["whole"][k], weights["resumed"][k]) for k in weights["whole"])
    best = load_checkpoint(tmp_path / "resumed" / "toy-best.pt")["network"]
    assert not all(torch.equal(best[key], last["network"][key]) for key in best)


def _stop_after(step: int) -> Callable[[Progress], None]:
    def stop(progress: Progress) -> None:
        if round(progress.fraction * 8) >= step:
            raise KeyboardInterrupt

    return stop
