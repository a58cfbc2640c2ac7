"""An experiment's runs: each is a family that shares a CNN, in one fold, by one loss and seed."""

from __future__ import annotations

from dataclasses import dataclass

from PancreasSegLib.experiments.experiment import COARSE, Experiment, Family
from PancreasSegLib.training.recipe.config import LossName


@dataclass(frozen=True)
class Run:
    """One independent piece of work; the coarse stage's runs have no family."""

    fold: int
    seed: int
    family: Family | None = None
    loss: LossName = "jaccard"

    @property
    def name(self) -> str:
        """That of its folder: jac64-jaccard-fold-0-seed-1."""
        what = COARSE if self.family is None else f"{self.family.name}-{self.loss}"
        return f"{what}-fold-{self.fold}-seed-{self.seed}"


def waves(experiment: Experiment) -> list[list[Run]]:
    """All runs: those of a wave need nothing but the waves before.

    First the coarse stage of each fold, where there is one (with the experiment's first seed, so
    that all seeds have the same region), then all families.
    """
    folds = range(experiment.folds)
    coarse = [Run(fold, experiment.seeds[0]) for fold in folds] if experiment.coarse else []
    fine = [
        Run(fold, seed, family, loss)
        for fold in folds
        for family in experiment.members
        for loss in family.losses
        for seed in family.seeds or experiment.seeds
    ]
    return [wave for wave in (coarse, fine) if wave]


def all_runs(experiment: Experiment) -> list[Run]:
    """Those of all waves."""
    return [run for wave in waves(experiment) for run in wave]


def coarse_run(run: Run, experiment: Experiment) -> Run:
    """The run of the coarse stage that `run` needs."""
    return Run(run.fold, experiment.seeds[0])
