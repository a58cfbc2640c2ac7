"""An experiment as its TOML file describes it: networks x losses x folds x seeds."""

from __future__ import annotations

import typing
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.manifest import Millimetres, Modality, Window
from PancreasSegLib.models.table import read_table, refuse_folder
from PancreasSegLib.training.recipe.config import LossName, Recipe
from PancreasSegLib.training.recipe.crops import Augmentation, Sampling
from PancreasSegLib.training.recipe.toml_file import read_toml

COARSE = "coarse"
"""The name of a fold's coarse model, and of the run that trains it."""


@dataclass(frozen=True)
class Recurrence:
    """An RNN that is initialised from its family's CNN.

    `name` is that of its model and files, `title` that of its row; `network` has `hidden`,
    `directions` and `window` as `networks.build_rnn` takes them; `recipe` names one of the
    experiment's. `paper` is the row of the paper's table to stand beside.
    """

    name: str
    title: str
    recipe: str
    network: dict[str, Any] = field(default_factory=dict)
    paper: str | None = None


@dataclass(frozen=True)
class Family:
    """A CNN, trained by each of `losses`, and the RNNs that are initialised from that very CNN.

    `seeds` take the place of the experiment's; `trunk` is the whole path of torchvision's VGG-16
    for an HNN. `grid` makes a family of every combination of these values, as
    `{ channels = [32, 64], blocks = [2, 4] }`: the paper's model selection.
    """

    name: str
    title: str
    network: dict[str, Any]
    recipe: str
    losses: tuple[LossName, ...] = ("jaccard",)
    seeds: tuple[int, ...] | None = None
    recurrences: tuple[Recurrence, ...] = ()
    grid: dict[str, tuple[int, ...]] = field(default_factory=dict)
    trunk: str | None = None
    paper: str | None = None

    def members(self) -> list[Family]:
        """The families of its `grid`; itself alone where it has none."""
        members = []
        for values in product(*self.grid.values()):
            chosen = dict(zip(self.grid, values, strict=True))
            name = "-".join([self.name, *(f"{key}-{value}" for key, value in chosen.items())])
            title = ", ".join([self.title, *(f"{value} {key}" for key, value in chosen.items())])
            members.append(
                replace(
                    self,
                    name=name,
                    title=title,
                    network=self.network | chosen,
                    grid={},
                )
            )
        return members


@dataclass(frozen=True)
class Coarse:
    """The coarse stage that is trained in each fold, and inside whose region the others work.

    Its region is grown by `margin_mm` and has `least_mm` at least, as a manifest's `region`.
    """

    network: dict[str, Any]
    recipe: str
    spacing_mm: Millimetres
    sampling: Sampling
    margin_mm: Millimetres
    least_mm: Millimetres = (0.0, 0.0, 0.0)
    threshold: float = 0.1


@dataclass(frozen=True)
class Phantoms:
    """Synthetic CTs in the place of scans: how many, and their voxels."""

    count: int
    spacing_mm: Millimetres


@dataclass(frozen=True)
class Experiment:
    """What is compared with what, on which grid, in which folds.

    Every run is trained on crops by `sampling` of axial slices on the grid `spacing_mm`. `folds`
    are of patients, drawn by `split_seed`; `validation` is the share of a fold's training patients
    that is kept aside to select by, none for 0. What is `measured_on` are the scans that a fold
    holds out, or, for a model selection, the validation subset: those held out then stay unseen.
    Masks are the probabilities cut at 0.5, without any other post-processing.
    """

    title: str
    window: Window
    spacing_mm: Millimetres
    folds: int
    seeds: tuple[int, ...]
    sampling: Sampling
    recipes: dict[str, Recipe]
    families: tuple[Family, ...]
    modality: Modality = "CT"
    validation: float = 0.0
    measured_on: typing.Literal["held_out", "validation"] = "held_out"
    split_seed: int = 1
    augmentation: Augmentation = field(default_factory=Augmentation)
    coarse: Coarse | None = None
    phantoms: Phantoms | None = None

    def __post_init__(self) -> None:
        _refuse_impossible(self)

    @property
    def members(self) -> list[Family]:
        """All families, those of a grid one by one."""
        return [member for family in self.families for member in family.members()]


def read_experiment(path: Path) -> Experiment:
    """Read and check the definition `path`.

    Raises `InputError` where it is missing, is not TOML, lacks a value, or holds one that is
    unknown, of the wrong kind or impossible. Whether the networks can be built and trained is
    checked where the runs are made of it (`training_configs`).
    """
    try:
        table = read_toml(path)
    except OSError as error:
        raise InputError(
            f"The experiment {path} cannot be opened ({error.strerror}); check the path."
        ) from None
    experiment: Experiment = read_table(Experiment, table, f"{path}")
    return experiment


def _refuse_impossible(experiment: Experiment) -> None:
    if experiment.folds < 2:
        raise InputError(f"folds is {experiment.folds}; it must be 2 or more.")
    if not 0 <= experiment.validation < 1:
        share = experiment.validation
        raise InputError(f"validation is {share:g}; it must be a share from 0 to below 1.")
    if experiment.measured_on == "validation" and experiment.validation == 0:
        raise InputError("measured_on is 'validation', and there is none; give its share.")
    if not experiment.seeds or not experiment.families:
        raise InputError("seeds or families are empty; give one or more of each.")
    if experiment.phantoms is not None and experiment.phantoms.count < experiment.folds:
        count = experiment.phantoms.count
        raise InputError(f"phantoms, count is {count}; it must be one for each fold at least.")
    _refuse_names(experiment)


def _refuse_names(experiment: Experiment) -> None:
    members = experiment.members
    if len({family.name for family in members}) < len(members):
        raise InputError("families have a name twice; give each one of its own.")
    for family in members:
        rows = [family.name, *(recurrence.name for recurrence in family.recurrences)]
        for name in rows:
            refuse_folder("a name", name)
        if len(set(rows)) < len(rows) or COARSE in rows:
            raise InputError(
                f"the family {family.name} has the names {', '.join(rows)}; give each one of its"
                f" own, other than '{COARSE}'."
            )
    named = [family.recipe for family in members]
    named += [r.recipe for family in members for r in family.recurrences]
    named += [] if experiment.coarse is None else [experiment.coarse.recipe]
    for name in named:
        if name not in experiment.recipes:
            known = ", ".join(experiment.recipes) or "none"
            raise InputError(f"there is no recipe '{name}'; those in [recipes] are: {known}.")
    for family in members:
        if not family.losses:
            raise InputError(f"the family {family.name} has no losses; give one or more.")
        if family.trunk is not None and not Path(family.trunk).is_absolute():
            raise InputError(f"trunk is '{family.trunk}'; it must be a whole path.")
