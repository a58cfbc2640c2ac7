"""The second fast loop: one way to train the recurrence over one fold's finished CNN.

    OMP_NUM_THREADS=1 .venv/bin/python Resources/experiments/accuracy/recurrence.py \\
        --folds runs/accuracy --fold 0 --output runs/recurrence
    ... --damaged 0 --recurrent-rate 2e-3 --cnn-rate 2e-4

The fold's scans are then segmented whole, inside the region of the fold's own coarse stage. One
line of results, the CNN's beside the RNN's. Takes about four minutes, eight with a CNN that is
trained along.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
from pathlib import Path

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import find_model
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks import JAC, RNN
from PancreasSegLib.networks.cbr_block import folded
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.data.training_set import load_training_set
from PancreasSegLib.training.fit.protocol import Protocol
from PancreasSegLib.training.fit.trainer import Trainer
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from PancreasSegLib.training.train import tiny_numbers_as_zero, training_compute
from PancreasSegLib.volume import read_mask, read_volume

CONFIG = Path(__file__).parents[1] / "ct" / "rnn64-ct.toml"


def main() -> None:
    """Train one variant and print its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--fold", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True, help="an empty folder")
    parser.add_argument("--damaged", type=float, default=0.3)
    parser.add_argument("--recurrent-rate", type=float, default=1e-2)
    parser.add_argument("--cnn-rate", type=float, default=0.0)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    path = options.folds / f"fold-{options.fold}" / "models" / "jac64-ct.json"
    model = find_model(path)
    config = _config(options, tuple(model.manifest.training["held_out_scans"]))
    jac = load_weights(model.manifest, model.folder)
    assert isinstance(jac, JAC) and config.rnn is not None
    rnn = RNN(copy.deepcopy(jac), hidden=config.network["hidden"])
    data = load_training_set(config)
    options.output.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options.output, training_compute("auto"))
    with tiny_numbers_as_zero():
        Protocol(config, data, trainer).select("rnn", rnn, config.rnn)
    segmenter = Segmenter(path)
    for name, network in (("JAC-64", jac), ("RNN-64", rnn)):
        segmenter.networks[0] = folded(network.eval())
        scores = {}
        for case in data.held_out:
            mask = segmenter.segment(read_volume(case.image)).mask.array
            scores[case.name] = dice(mask, read_mask(case.reference, case.label).array)
        cases = "  ".join(f"{case} {score:.3f}" for case, score in scores.items())
        print(f"{name}  mean DSC {sum(scores.values()) / len(scores):.3f}  {cases}")


def _config(options: argparse.Namespace, held_out: tuple[str, ...]) -> TrainingConfig:
    config = read_config(CONFIG)
    assert config.rnn is not None
    recipe = dataclasses.replace(
        config.rnn,
        steps=options.steps,
        learning_rate=options.cnn_rate,
        recurrent_learning_rate=options.recurrent_rate,
    )
    return dataclasses.replace(
        config,
        seed=options.seed,
        data=dataclasses.replace(config.data, held_out=held_out, slices=()),
        augmentation=dataclasses.replace(config.augmentation, damaged=options.damaged),
        rnn=recipe,
    )


if __name__ == "__main__":
    main()
