"""What a run trains, as the training configurations that `train_configured` takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PancreasSegLib.experiments.expansion import Run, all_runs
from PancreasSegLib.experiments.experiment import COARSE, Coarse, Family, Recurrence
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.models.combination import Combination
from PancreasSegLib.models.manifest import RegionStage
from PancreasSegLib.training.recipe.config import Data, Export, Recipe, TrainingConfig
from PancreasSegLib.training.recipe.config_checks import refuse_impossible

LICENCE = "Weights of an experiment: their terms are those of the scans that they were trained on."


def refuse_untrainable(study: Study) -> None:
    """Raise `InputError` for what cannot be built or trained, before anything runs."""
    seen: set[str] = set()
    for run in all_runs(study.experiment):
        what = run.name.partition("-fold-")[0]
        if what not in seen:
            seen.add(what)
            for config in configs(study, run):
                refuse_impossible(config, Path(f"{study.definition}, {config.name}"))


def configs(study: Study, run: Run) -> list[TrainingConfig]:
    """The run's trainings, in their order: the CNN's, then those of the RNNs over it.

    Each has the CNN's own recipe, so that it finds the CNN's finished stages in its checkpoints.
    """
    if run.family is None:
        assert study.experiment.coarse is not None
        return [_coarse(study, run, study.experiment.coarse)]
    return [
        _fine(study, run, run.family),
        *(_recurrent(study, run, run.family, one) for one in run.family.recurrences),
    ]


def _fine(study: Study, run: Run, family: Family) -> TrainingConfig:
    experiment = study.experiment
    coarse = experiment.coarse
    region = None if coarse is None else RegionStage(COARSE, coarse.margin_mm, coarse.least_mm)
    folder = study.folder_of(run)
    return TrainingConfig(
        name=family.name,
        output=str(folder / family.name),
        seed=run.seed,
        data=_data(study, run),
        network=family.network,
        cnn=_recipe(study, run, family.recipe),
        export=Export(
            folder=str(folder / "models"),
            cnn=family.name,
            task="pancreas",
            licence=LICENCE,
            region=region,
            combination=Combination(threshold=0.5),
        ),
        sampling=experiment.sampling,
        augmentation=experiment.augmentation,
        trunk=family.trunk,
    )


def _recurrent(study: Study, run: Run, family: Family, recurrence: Recurrence) -> TrainingConfig:
    config = _fine(study, run, family)
    return replace(
        config,
        name=recurrence.name,
        output=str(study.folder_of(run) / recurrence.name),
        network=family.network | recurrence.network,
        rnn=_recipe(study, run, recurrence.recipe),
        export=replace(config.export, rnn=recurrence.name),
    )


def _coarse(study: Study, run: Run, coarse: Coarse) -> TrainingConfig:
    experiment, folder = study.experiment, study.folder_of(run)
    # Nothing of the coarse stage is selected: it is trained on all that its fold does not measure.
    data, selects = _data(study, run), experiment.measured_on == "validation"
    aside = data.held_out + data.validation if selects else data.held_out
    return TrainingConfig(
        name=COARSE,
        output=str(folder / COARSE),
        seed=run.seed,
        data=replace(data, spacing_mm=coarse.spacing_mm, validation=(), held_out=aside),
        network=coarse.network,
        cnn=replace(experiment.recipes[coarse.recipe], refit_steps=0),
        export=Export(
            folder=str(folder / "models"),
            cnn=COARSE,
            task="region",
            licence=LICENCE,
            combination=Combination(threshold=coarse.threshold),
        ),
        sampling=coarse.sampling,
        augmentation=experiment.augmentation,
    )


def _data(study: Study, run: Run) -> Data:
    experiment, fold = study.experiment, study.folds[run.fold]
    return Data(
        volumes=(study.source,),
        window=experiment.window,
        spacing_mm=experiment.spacing_mm,
        validation=fold.validation,
        held_out=fold.held_out,
        cache=str(study.folder / "cache"),
        modality=experiment.modality,
    )


def _recipe(study: Study, run: Run, name: str) -> Recipe:
    """The recipe with the run's loss; a model selection trains on the training subset alone."""
    recipe = replace(study.experiment.recipes[name], loss=run.loss)
    selects = study.experiment.measured_on == "validation"
    return replace(recipe, refit_steps=0) if selects else recipe
