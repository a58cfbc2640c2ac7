"""`pancreasseg train --data`: a user's own scans and references in, a measured model out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.models.catalogue import Model, find_model
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.models.table import refuse_folder
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.data.cases import find_cases
from PancreasSegLib.training.data.patients import read_patients
from PancreasSegLib.training.data.public_sets import recognise
from PancreasSegLib.training.proof.cross_validation import cross_validate
from PancreasSegLib.training.recipe.config import VolumeSource
from PancreasSegLib.training.train import train

LIKE = "unet32-ct"
"""The bundled model whose network, grid and region a training from random weights takes: of
those of slices the one that was trained from random weights itself."""

FOLDS = 4
STEPS = 5000
STEPS_FROM_A_MODEL = 1500
RATE = 2e-3
RATE_FROM_A_MODEL = 3e-4
"""A tenth or so of the rate from random weights: what the model knows is to be bent, not lost."""

CONFIGURATION = """\
# Written by `pancreasseg train --data`; `pancreasseg train` with this file does the same.
name = {name}
output = "training"
seed = 1
network = {network}
{initial}
[data]
cache = "cache"
window = {window}
spacing_mm = {spacing_mm}
views = {views}
modality = "{modality}"

[[data.volumes]]
{volumes}

[sampling]
crop = [64, 96]
centre = "pancreas"
jitter_mm = 25
margin_mm = 40
positive = 0.7

[augmentation]
contrast = 0.35
brightness = 0.15
gamma = 0.35

[cnn]
steps = {steps}
batch = 8
learning_rate = {rate}
warmup_steps = {warmup}
coarser_weight = 0.5
validate_every = {every}

[export]
folder = "models"
cnn = {name}
task = "pancreas"
licence = "Weights of your own: their terms are those of the scans that they were trained on."
combination = {combination}
region = {region}
cross_validation = "cross-validation/cross_validation.json"
"""


@dataclass(frozen=True)
class OwnTraining:
    """What a user can choose. `start` is a model to go on from, by name or path; `folds` 0 leaves
    the cross-validation out, None takes four, or as many as there are patients; `steps` None takes
    the recipe's; `label` names the pancreas in references with several labels."""

    data: Path
    output: Path
    name: str = "own-model"
    start: str | None = None
    folds: int | None = None
    steps: int | None = None
    label: int | str | None = None


def train_on_own_data(
    training: OwnTraining,
    device: str = "auto",
    progress: Callable[[Progress], None] = lambda progress: None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Path]:
    """Cross-validate, then train on all scans; returns the manifests in `output`/models.

    The configuration, the folds, the curves (`training/progress.png`) and the model lie in
    `output`; after a stop, the same call goes on. Raises `InputError` for data that cannot be used,
    a model that cannot be started from, or an `output` of another training, and what `train` and
    `cross_validate` raise.
    """
    refuse_folder("the name", training.name)
    source = recognise(training.data, training.label).source
    scans = [case.name for case in find_cases(source, training.data)]
    patients = len(set(read_patients(training.data, scans).values()))
    folds = min(FOLDS, patients) if training.folds is None else training.folds
    config = _keep(configuration(training, source), training)
    if folds == 0 or patients == 1:
        tell("No cross-validation: how good the model is will not be known.")
    else:
        folder = training.output / "cross-validation"
        cross_validate([config], folds, folder, range(folds), device, progress, tell)
    return train(config, device, progress, tell)


def configuration(training: OwnTraining, source: VolumeSource) -> str:
    """The training as a configuration file."""
    fresh = training.start is None
    model = find_model(training.start or LIKE)
    manifest = model.manifest
    _refuse_start(manifest)
    steps = training.steps or (STEPS if fresh else STEPS_FROM_A_MODEL)
    region = manifest.region
    assert region is not None  # every model that segments works inside a region
    return CONFIGURATION.format(
        name=_text(training.name),
        network=_table(_network(manifest)),
        initial="" if fresh else f"initial = {_text(_path_of(model))}\n",
        window=_table(vars(manifest.window)),
        spacing_mm=list(manifest.spacing_mm),
        views=_text(list(manifest.views)),
        modality=manifest.modality,
        volumes=_entries(source),
        steps=steps,
        rate=RATE if fresh else RATE_FROM_A_MODEL,
        warmup=min(300, steps // 10) if fresh else 0,
        every=max(min(500, steps), 1),
        combination=_table(_combination(manifest)),
        region=_table({k: list(v) if isinstance(v, tuple) else v for k, v in vars(region).items()}),
    )


def _refuse_start(manifest: Manifest) -> None:
    if manifest.network["kind"] not in ("JAC", "UNet") or manifest.task != "pancreas":
        raise InputError(
            f"A training cannot start from '{manifest.name}', which is no CNN of slices that"
            " segments; start from jac64-ct, views64-ct or unet32-ct, or leave --start out."
        )


def _network(manifest: Manifest) -> dict[str, Any]:
    network = dict(manifest.network)
    return {"cnn": network.pop("kind"), **network}


def _combination(manifest: Manifest) -> dict[str, Any]:
    """That of the model, for one network alone."""
    combination = manifest.combination
    if not combination.averaged_with:
        return {"threshold": combination.threshold, "least_component": combination.least_component}
    return {"least_component": combination.least_component}


def _path_of(model: Model) -> str:
    return str((model.folder / f"{model.manifest.name}.json").resolve())


def _entries(source: VolumeSource) -> str:
    entries = {name: value for name, value in vars(source).items() if value not in (None, False)}
    return "\n".join(f"{name} = {_text(value)}" for name, value in entries.items())


def _table(values: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{name} = {_text(value)}" for name, value in values.items()) + " }"


def _text(value: Any) -> str:
    """A text, number or list as TOML, which writes these as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _keep(text: str, training: OwnTraining) -> Path:
    """Write the configuration, where there is none of another training.

    One that has no checkpoint yet was refused, and gives way to what corrects it.
    """
    make_folder(training.output)
    path = training.output / f"{training.name}.toml"
    if any(training.output.rglob("*.pt")):
        for kept in _configurations(training.output):
            if kept != path or kept.read_text(encoding="utf-8") != text:
                raise InputError(
                    f"{kept} is of another training than the one asked for now; choose another"
                    " --output, or delete that folder."
                )
    with atomic_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return path


def _configurations(output: Path) -> list[Path]:
    """Those that trainings on one's own data have written: they share the folders beside them."""
    head = CONFIGURATION.partition("\n")[0]
    files = sorted(output.glob("*.toml"))
    return [path for path in files if path.read_bytes().startswith(head.encode())]
