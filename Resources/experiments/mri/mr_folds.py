"""Trains for MR in three ways; of MR slices, patients are left out in four folds.

    .venv/bin/python Resources/experiments/mri/mr_folds.py --output runs/mri \
        [--way labels|slices|both] [--fold K]

`labels`: from CT scans and their labels, their grey values drawn anew; no MR slice is seen, so it
is trained once. `slices`: from the MR slices of the other folds' patients alone. `both`: the first,
trained on with the second. All see crops about the body. A run that was cut short goes on where it
stopped.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from PancreasSegLib.training.data.cases import LooseSlice, find_loose_slices
from PancreasSegLib.training.proof.cross_validation import split
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from PancreasSegLib.training.train import train_configured

HERE = Path(__file__).parent
CONFIGURATION = HERE / "jac64-mr.toml"
WAYS = ("labels", "slices", "both")
FOLDS = 4
FROM_SCRATCH = 2
"""How many times as many steps the slices alone are given as after `labels`."""


def main() -> None:
    """Train what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), action="append")
    options = parser.parse_args()
    for way in options.way or WAYS:
        for fold in [None] if way == "labels" else options.fold or range(FOLDS):
            train_way(options.output.resolve(), way, fold)


def train_way(output: Path, way: str, fold: int | None) -> None:
    """Train the network of one way, without the patients of `fold`."""
    folder, name = folder_of(output, way, fold), name_of(way)
    path = HERE / f"{name}.toml"
    config = _as_in(way, read_config(path))
    config = replace(
        config,
        output=str(folder / name),
        data=replace(config.data, held_out=() if fold is None else folds()[fold]),
        export=replace(config.export, folder=str(folder / "models")),
    )
    if config.initial is not None:
        labels = folder_of(output, "labels", None) / "models" / Path(config.initial).name
        config = replace(config, initial=str(labels))
    train_configured(config, path, measures=False)
    print(folder.name, name, "trained", flush=True)


def name_of(way: str) -> str:
    """The configuration, and the model that it makes."""
    return "labels-mr" if way == "labels" else "jac64-mr"


def folder_of(output: Path, way: str, fold: int | None) -> Path:
    """Where runs and models of a way, and of its fold if it has any, lie."""
    return output / (way if fold is None else f"{way}-{fold}")


def _as_in(way: str, config: TrainingConfig) -> TrainingConfig:
    """What starts from random weights is trained for longer than what trains on with them."""
    if way != "slices":
        return config
    cnn = replace(config.cnn, steps=FROM_SCRATCH * config.cnn.steps)
    return replace(config, data=replace(config.data, volumes=()), initial=None, cnn=cnn)


def mr_slices() -> list[LooseSlice]:
    """All MR slices, as the configuration finds them."""
    config = read_config(CONFIGURATION)
    (source,) = config.data.slices
    return find_loose_slices(source, config.path(source.folder))


def folds() -> list[tuple[str, ...]]:
    """The patients of each fold."""
    return split({item.patient: item.patient for item in mr_slices()}, FOLDS)


if __name__ == "__main__":
    main()
