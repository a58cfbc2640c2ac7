"""`pancreasseg train`: data, sanity report, CNN, RNN initialised from it, model files."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.lock import locked
from PancreasSegLib.models.catalogue import Model, find_beside, find_model
from PancreasSegLib.models.seen import seen_by_weights
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks import CNN, HNN, build_cnn, build_rnn
from PancreasSegLib.segmenter.device import Compute, choose_compute
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.data import sanity
from PancreasSegLib.training.data.fingerprint import data_fingerprint
from PancreasSegLib.training.data.training_set import (
    TrainingSet,
    load_training_set,
    names_of_held_out,
)
from PancreasSegLib.training.export.export import cross_validated, export_average, export_model
from PancreasSegLib.training.fit import ranks
from PancreasSegLib.training.fit.protocol import Protocol
from PancreasSegLib.training.fit.trainer import Trainer
from PancreasSegLib.training.fit.trunk import read_trunk
from PancreasSegLib.training.proof.held_out import measure_held_out, refuse_empty_references
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from PancreasSegLib.training.recipe.setup import masks_setup, trunk_setup
from PancreasSegLib.training.superpixels.train_superpixels import (
    refuse_without_scikit_learn,
    train_superpixels,
)


def train(
    config_path: Path,
    device: str = "auto",
    progress: Callable[[Progress], None] = lambda progress: None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Path]:
    """Run a whole training and return the manifests that it wrote.

    The folder `output` of the configuration holds checkpoints, `log.jsonl`, `progress.png`,
    `sanity.json` and `data.json`. A run that was cut short goes on where it stopped when it is
    called again. Raises `InputError` for data, weights to start from or a configuration that cannot
    be trained on, `WeightsError` where the coarse model is missing, `OutputError` where a folder
    cannot be written.

    Several processes that torchrun started train together; the first of them writes all that, and
    returns the manifests.
    """
    config = read_config(config_path)
    with ranks.joined(device) as own_device:
        for name, recipe in (("cnn", config.cnn), ("rnn", config.rnn)):
            if recipe is not None:
                ranks.refuse_batch(f"{config_path}, {name}", recipe.batch)
        if ranks.leads():
            ranks.wait_for_all()
            return train_configured(config, config_path, own_device, progress, tell)
        with _private(config) as own:
            ranks.wait_for_all()
            train_configured(own, config_path, own_device, measures=False)
        return []


@contextmanager
def _private(config: TrainingConfig) -> Iterator[TrainingConfig]:
    """The configuration for a process that does not lead: what it writes is for nobody.

    It goes on from the same checkpoints, and finds the same models.
    """
    with TemporaryDirectory(prefix="pancreasseg-") as folder:
        output, models = Path(folder) / "run", Path(folder) / "models"
        for source, target in ((config.output, output), (config.export.folder, models)):
            make_folder(target)
            for pattern in ("*.pt", "*.json"):
                for path in config.path(source).glob(pattern):
                    shutil.copyfile(path, target / path.name)
        export = dataclasses.replace(config.export, folder=str(models))
        yield dataclasses.replace(config, output=str(output), export=export)


def train_configured(
    config: TrainingConfig,
    config_path: Path,
    device: str = "auto",
    progress: Callable[[Progress], None] = lambda progress: None,
    tell: Callable[[str], None] = lambda text: None,
    measures: bool = True,
) -> list[Path]:
    """`train` for a configuration that was read from `config_path` and may have been changed.

    Without `measures` what it holds out is left to the caller to measure. Raises `InputError` where
    another process trains in the same folder.
    """
    training_compute(device)  # one that is not there is told now
    if config.superpixels is not None:
        refuse_without_scikit_learn()
    _refuse_models_that_saw_too_much(config)
    if config.trunk is not None:
        read_trunk(config.path(config.trunk))  # one that cannot be read is told now
    for name in config.export.names:
        cross_validated(config, name)  # a summary that cannot be shown is told now
    output = config.path(config.output)
    make_folder(output)
    with locked(output / "lock"):
        return _train_in(output, config, config_path, device, progress, tell, measures)


def _train_in(
    output: Path,
    config: TrainingConfig,
    config_path: Path,
    device: str,
    progress: Callable[[Progress], None],
    tell: Callable[[str], None],
    measures: bool,
) -> list[Path]:
    compute = training_compute(device)
    _keep_configuration(config_path, output)
    data = load_training_set(config, lambda name, f: progress(Progress(f"reading {name}", f, None)))
    _keep_data(config, data, output)
    measured = data.held_out if measures and config.export.task == "pancreas" else ()
    refuse_empty_references(measured)  # which would show after the training only
    tell(_inspect(data, config, output))
    protocol = Protocol(config, data, Trainer(output, compute, progress))
    protocol.refuse_no_scan_to_refit_to()
    with tiny_numbers_as_zero():
        manifests = _train_networks(config, data, protocol)
    if measured:
        for path in manifests:
            measure_held_out(
                path,
                measured,
                masks_setup(config, path.stem),
                device,
                lambda name, f: progress(Progress(f"{name}", f, None)),
            )
    return manifests


@contextmanager
def tiny_numbers_as_zero() -> Iterator[None]:
    """A saturated sigmoid has gradients so small that a CPU takes many times longer over them."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def training_compute(device: str) -> Compute:
    """As for inference, but bfloat16 on CUDA: its range needs no scaling of the gradients."""
    compute = choose_compute(device)
    if compute.device.type == "cuda":
        precision = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
        return dataclasses.replace(compute, precision=precision)
    return compute


def _train_networks(config: TrainingConfig, data: TrainingSet, protocol: Protocol) -> list[Path]:
    if config.superpixels is not None:
        return [train_superpixels(config, data, protocol.trainer)]
    torch.manual_seed(config.seed)
    cnn = build_cnn(config.network)
    for model in _start(config):
        _start_from(model, cnn)
    if config.trunk is not None:
        assert isinstance(cnn, HNN)  # the configuration was checked
        cnn.load_vgg16(read_trunk(config.path(config.trunk)))
    records = {"cnn": protocol.select("cnn", cnn, config.cnn)}
    # The RNN starts from the selected CNN, which has not seen the validation subset yet.
    selected = copy.deepcopy(cnn)
    records["cnn"] |= protocol.refit("cnn", cnn, config.cnn)
    manifests = [export_model(config, config.export.cnn, cnn, records, data)]
    if config.rnn is not None and config.export.rnn is not None:
        # Again: a resumed run has drawn fewer numbers on its way to here.
        torch.manual_seed(config.seed)
        rnn = build_rnn(selected, config.network)
        records["rnn"] = protocol.select("rnn", rnn, config.rnn)
        records["rnn"] |= protocol.refit("rnn", rnn, config.rnn)
        manifests.append(export_model(config, config.export.rnn, rnn, records, data))
    if config.export.average is not None:
        manifests.append(export_average(config, manifests[-1]))
    return manifests


def _refuse_models_that_saw_too_much(config: TrainingConfig) -> None:
    """What is held out must be unknown to all models that this one starts from or works with.

    They are looked for now, before anything is read or trained. Raises `WeightsError` for one that
    is missing, or does not tell what it has seen.
    """
    folder = config.path(config.export.folder)
    others = [find_beside(folder, name) for name in config.export.others]
    held_out = names_of_held_out(config) if config.data.held_out else set()
    for model in [*_start(config), *others]:
        seen = seen_by_weights(model).names & held_out
        if seen:
            raise InputError(
                f"{model.folder / model.manifest.name}.json was trained on"
                f" {', '.join(sorted(seen))}, which is to be held out; take another model, or, in a"
                " cross-validation, give that model's configuration first."
            )


def _start(config: TrainingConfig) -> list[Model]:
    """The model to start from, if there is one."""
    if config.initial is None:
        return []
    path = config.path(config.initial)
    if not path.is_file():
        raise InputError(
            f"There is no {path} to start from; train that model first, or correct 'initial'."
        )
    return [find_model(path)]


def _start_from(model: Model, cnn: CNN) -> None:
    if model.manifest.network != cnn.configuration():
        raise InputError(
            f"{model.folder / model.manifest.name}.json is of another network than the"
            f" configuration's: it is {model.manifest.network}; start from one of the same shape."
        )
    cnn.load_state_dict(load_weights(model.manifest, model.folder).state_dict())


def _keep_configuration(config_path: Path, output: Path) -> None:
    """Keep the configuration beside its checkpoints: one folder, one way to train.

    How the model is exported may change: a finished run then only writes its models anew. But
    superpixels are trained in the region that they are used in. Before the first checkpoint all may
    change: a configuration that was refused is corrected.
    """
    kept = output / "config.toml"
    if _has_begun(output) and kept.is_file() and _trained_by(kept) != _trained_by(config_path):
        raise InputError(
            f"{output} holds a run of another configuration than {config_path}; choose another"
            " output folder, or delete that one."
        )
    with atomic_file(kept) as unfinished:
        shutil.copyfile(config_path, unfinished)


def _has_begun(output: Path) -> bool:
    return any(output.glob("*.pt"))


def _trained_by(config_path: Path) -> dict[str, Any]:
    """All of a configuration that the trained weights depend on."""
    table = tomllib.loads(config_path.read_text(encoding="utf-8"))
    trained_by = {name: value for name, value in table.items() if name != "export"}
    if "superpixels" in table:
        # The candidates are numbers of superpixels in regions of just these margins.
        trained_by["region"] = table["export"].get("region")
    return trained_by


def _keep_data(config: TrainingConfig, data: TrainingSet, output: Path) -> None:
    """Keep what is trained on beside the checkpoints: a run never goes on with other data."""
    kept = output / "data.json"
    begun = _has_begun(output) and kept.is_file()
    content = {
        "trained_on": [stack.name for stack in data.together],
        "data": data_fingerprint(config),
        "starts_from": [model.manifest.sha256 for model in _start(config)],
        **trunk_setup(config),
    }
    if begun and json.loads(kept.read_text(encoding="utf-8")) != content:
        raise InputError(
            f"{output} holds a run that was trained on other scans, or from other weights; choose"
            " another output folder, or delete that one."
        )
    write_json(content, kept)


def _inspect(data: TrainingSet, config: TrainingConfig, output: Path) -> str:
    length = 1 if config.rnn is None else config.rnn.length
    rows = sanity.report(data.together, config.data, length)
    write_json([dataclasses.asdict(row) for row in rows], output / "sanity.json")
    return sanity.as_text(rows)
