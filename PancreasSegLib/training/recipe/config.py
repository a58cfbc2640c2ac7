"""The training configuration: one TOML file, checked before anything is read or run."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.combination import Combination
from PancreasSegLib.models.manifest import Millimetres, Modality, RegionStage, Task, View, Window
from PancreasSegLib.models.table import read_table, refuse_folder, refuse_negative
from PancreasSegLib.training.recipe.config_checks import refuse_impossible
from PancreasSegLib.training.recipe.crops import Augmentation, Patches, Sampling
from PancreasSegLib.training.recipe.superpixels import SuperpixelRecipe
from PancreasSegLib.training.recipe.toml_file import read_toml

LossName = typing.Literal["jaccard", "cross_entropy", "balanced_cross_entropy", "classes"]


@dataclass(frozen=True)
class OrganSource:
    """Label maps of other organs beside the references, for a network of several classes.

    `file` is a name inside the scans' folder with `{case}` in it; `labels` says which value is
    which organ. Their order is that of the network's classes, from 2 on.
    """

    file: str
    labels: dict[str, int]


@dataclass(frozen=True)
class VolumeSource:
    """3D scans: a folder of image/label pairs, or an nnU-Net or MSD folder with `dataset.json`.

    `image` and `reference` are file names inside `folder` with `{case}` in the place of the case
    name; they are not used where the folder holds a `dataset.json`. `label` names the pancreas in
    references with several labels, by value or by name; without it `dataset.json` may do so.
    `rows_flipped` is for references whose headers say nothing of where they lie, as those of NIH
    Pancreas-CT: they have the scan's voxels, with the rows from bottom to top. `modality` is for
    CT scans that are to train a model for MR: their grey values are drawn anew each time, from the
    organs and tissues that they show (see `training.data.contrasts`). `training_only` is for scans
    that are never measured, such as those that were made from others: they are trained on unless
    a scan of their patient validates or is held out.
    """

    folder: str
    image: str = "{case}.nii.gz"
    reference: str = "{case}_label.nii.gz"
    label: int | str | None = None
    organs: OrganSource | None = None
    rows_flipped: bool = False
    modality: Modality | None = None
    training_only: bool = False


@dataclass(frozen=True)
class GreyMapping:
    """What a loose slice's grey levels are taken for: 0 is `low` HU, 255 is `high` HU.

    Where `black_is` is given, grey 0 (all that the unknown window cut off below) is that many HU.
    """

    low: float
    high: float
    black_is: float | None = None


@dataclass(frozen=True)
class SliceSource:
    """Loose 2D slices: `images/NAME.png`, `masks/NAME.png` and an `index.csv` in `folder`.

    Loose slices carry no spacing: `spacing_mm` is an assumption, widened by `loose_scale` in
    augmentation. `grey` maps the text of the column `grey` of `index.csv` to HU.
    """

    folder: str
    spacing_mm: float
    grey: dict[str, GreyMapping]
    modality: Modality = "CT"


@dataclass(frozen=True)
class Data:
    """What is trained on, on which grid, in slices of which views, and what is kept aside.

    `held_out` names scans, or patients of loose slices.

    The `views` take turns, one a step. `spacing_mm` is that of the patient's x, y, z in all of
    them. Loose slices are axial, and so is the stack that an RNN relates.
    Without `validation` nothing is selected: every network is trained for its recipe's steps.
    """

    volumes: tuple[VolumeSource, ...]
    window: Window
    spacing_mm: Millimetres
    validation: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    slices: tuple[SliceSource, ...] = ()
    cache: str = "cache"
    modality: Modality = "CT"
    views: tuple[View, ...] = ("axial",)

    @property
    def organs(self) -> tuple[str, ...]:
        """The organs that are labelled beside the pancreas, in the order of their classes."""
        labelled = [v.organs.labels for v in self.volumes if v.organs is not None]
        return tuple(labelled[0]) if labelled else ()

    @property
    def drawn_volumes(self) -> list[VolumeSource]:
        """Those of another modality than the model's, whose grey values are drawn anew."""
        return [v for v in self.volumes if v.modality not in (None, self.modality)]


@dataclass(frozen=True)
class Recipe:
    """How one network is optimised.

    `steps` is the length of the run (the one that selects, where there is a validation subset);
    `refit_steps` the most that the run on training and validation subset together may take. A crop
    is one slice for the CNN and `length` successive slices for the RNN. `warmup_steps` are trained
    with cross-entropy before `loss`. SGD has a momentum of 0.9. The loss of a side output counts
    `coarser_weight` times as much as that of the next finer one. The learning rate rises over its
    first
    `learning_rate_warmup_steps`; the norm of a step's gradient is cut at `gradient_clip`.
    `weight_decay` is that of the convolutions' kernels, not of norms, biases and peepholes, unless
    `decayed` says "all". An RNN with the `learning_rate` 0 keeps its CNN as it is and
    trains the recurrence alone, at `recurrent_learning_rate`. With a `weight_average` of 0.999 the
    weights that are kept are a moving average, which takes that share of itself in each step. The
    loss "classes" is that of a network of several classes. A checkpoint is written every
    `validate_every` steps, whether there is anything to validate by or not.
    """

    steps: int
    batch: int
    learning_rate: float
    loss: LossName = "jaccard"
    optimizer: typing.Literal["adamw", "sgd"] = "adamw"
    recurrent_learning_rate: float | None = None
    length: int = 1
    refit_steps: int = 0
    refit_learning_rate: float = 1e-4
    warmup_steps: int = 0
    coarser_weight: float = 1.0
    weight_decay: float = 1e-4
    decayed: typing.Literal["kernels", "all"] = "kernels"
    learning_rate_warmup_steps: int = 100
    gradient_clip: float = 5.0
    weight_average: float = 0.0
    validate_every: int = 250


@dataclass(frozen=True)
class Average:
    """One more model: this configuration's last one, combined with others that are there already.

    `combination` names those, which lie beside it, and says all else. Without others it is the last
    one alone, whose masks are made otherwise.
    """

    name: str
    combination: Combination


@dataclass(frozen=True)
class Export:
    """The model that comes out: its name, what it is for, where its weights go.

    `combination` says how masks are made of the network's probabilities, `field_of_view_mm` what it
    sees at least, both as a manifest does; `average` is one more model. `cross_validation` is the
    summary that `pancreasseg cross-validate` made of this configuration: once it is there, it goes
    onto the model card, and the probabilities are calibrated by it.
    """

    folder: str
    cnn: str
    task: Task
    licence: str
    rnn: str | None = None
    region: RegionStage | None = None
    field_of_view_mm: Millimetres = (0.0, 0.0, 0.0)
    combination: Combination = field(default_factory=Combination)
    cross_validation: str | None = None
    average: Average | None = None

    def __post_init__(self) -> None:
        for name in self.names:
            refuse_folder("a model's name", name)
        refuse_negative("field_of_view_mm", self.field_of_view_mm)

    @property
    def names(self) -> list[str]:
        """The models that come out, in the order in which they are made."""
        average = None if self.average is None else self.average.name
        return [name for name in (self.cnn, self.rnn, average) if name is not None]

    def combination_of(self, name: str) -> Combination:
        """How the model `name`, one of those that come out, makes its masks."""
        if self.average is not None and name == self.average.name:
            return self.average.combination
        return self.combination

    @property
    def others(self) -> list[str]:
        """The models that must be there before: the coarse stage, those to average with."""
        averaged = () if self.average is None else self.average.combination.averaged_with
        return [*([] if self.region is None else [self.region.model]), *averaged]


@dataclass(frozen=True)
class TrainingConfig:
    """A whole training run: data, then the CNN, then (optionally) the RNN initialised from it.

    `network` has the fields that `build_network` takes for an RNN; `cnn = "UNet"` in it builds a
    UNet in place of a JAC. Crops of slices come by `sampling`, patches for a UNet3D by `patches`,
    the forests and boxes of Superpixels by `superpixels`: one of the three is given. `initial` is
    the manifest of a CNN of the same shape to start from, instead of random weights; `trunk` is a
    file with the state dict of torchvision's vgg16, for an HNN to start from.
    """

    name: str
    output: str
    seed: int
    data: Data
    network: dict[str, Any]
    cnn: Recipe
    export: Export
    sampling: Sampling | None = None
    patches: Patches | None = None
    superpixels: SuperpixelRecipe | None = None
    augmentation: Augmentation = field(default_factory=Augmentation)
    rnn: Recipe | None = None
    initial: str | None = None
    trunk: str | None = None
    folder: Path = field(default=Path(), metadata={"in_file": False})

    @property
    def refits(self) -> bool:
        """Whether a network is trained on training and validation subset together in the end."""
        return any(r is not None and r.refit_steps > 0 for r in (self.cnn, self.rnn))

    def path(self, name: str) -> Path:
        """A path of the configuration; relative ones are relative to the configuration file."""
        return (self.folder / name).expanduser().resolve()


def read_config(path: Path) -> TrainingConfig:
    """Read and check a TOML training configuration.

    Raises `InputError` where the file is missing, is not TOML, lacks a value, holds one that is
    unknown, of the wrong kind or impossible.
    """
    try:
        table = read_toml(path)
    except FileNotFoundError:
        raise InputError(f"There is no training configuration {path}; check the path.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be opened ({error.strerror}); check it.") from None
    config: TrainingConfig = read_table(TrainingConfig, table, f"{path}")
    refuse_impossible(config, path)
    return dataclasses.replace(config, folder=path.resolve().parent)
