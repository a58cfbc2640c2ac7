"""A configuration as one fold of a cross-validation trains it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PancreasSegLib.training.recipe.config import TrainingConfig


def in_fold(
    config: TrainingConfig, cases: tuple[str, ...], output: Path, fold: int
) -> TrainingConfig:
    """`config` without the fold's `cases`; runs and models go to `output`/fold-K."""
    folder = output.resolve() / f"fold-{fold}"
    models = folder / "models"
    return replace(
        config,
        output=str(folder / config.name),
        initial=_initial(config, models),
        data=replace(config.data, held_out=cases),
        export=replace(config.export, folder=str(models)),
    )


def _initial(config: TrainingConfig, models: Path) -> str | None:
    """Where the CNN starts from: the fold's own model of that name, where it has one.

    But never what this configuration itself made there in an earlier call.
    """
    if config.initial is None or Path(config.initial).stem in config.export.names:
        return config.initial
    own = models / Path(config.initial).name
    return str(own) if own.is_file() else config.initial
