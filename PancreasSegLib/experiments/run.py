"""One run: its CNN and the RNNs over it are trained, then measured; what is done stays done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from PancreasSegLib.errors import OutOfMemory, PancreasSegError
from PancreasSegLib.experiments.expansion import Run, coarse_run
from PancreasSegLib.experiments.experiment import COARSE
from PancreasSegLib.experiments.measuring import measure
from PancreasSegLib.experiments.processor import ran_on
from PancreasSegLib.experiments.progress_file import ProgressFile
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.experiments.training_configs import configs
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.lock import Held, locked
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.segmenter.memory import memory_failure_in_a_sentence
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.fit.log import Log
from PancreasSegLib.training.recipe.config import TrainingConfig
from PancreasSegLib.training.train import train_configured

RESULT = "result.json"
FAILURE = "failure.txt"
"""In the run's folder: the sentence by which it failed, until it is tried again."""


def do_run(
    study: Study,
    run: Run,
    device: str = "auto",
    progress: Callable[[Progress], None] = lambda progress: None,
) -> None:
    """Do `run`, or what is left of it; `result.json` in its folder is written last, and whole.

    No two processes do it at the same time. Raises what `train` and `Segmenter` raise, and
    `Held` where another process is at it.
    """
    folder = study.folder_of(run)
    make_folder(folder)
    with locked(folder / "lock"):
        if (folder / RESULT).is_file():
            return
        (folder / FAILURE).unlink(missing_ok=True)
        _keep_coarse_model(study, run)
        clock = ProgressFile(folder)

        def told(one: Progress) -> None:
            clock(one)
            progress(one)

        with _memory_failure_in_a_sentence(run):
            trainings = configs(study, run)
            methods = [_done(study, run, one, device, clock, told) for one in trainings]
        write_json(_result(run, methods), folder / RESULT)


def read_result(folder: Path) -> dict[str, Any] | None:
    """The result in a run's folder; None while there is none."""
    path = folder / RESULT
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def keep_failure(study: Study, run: Run, error: PancreasSegError) -> None:
    """Write why `run` failed into its folder; the next call tries it again.

    Nothing is written where another process is at the run, which has not failed.
    """
    if isinstance(error, Held):
        return
    with atomic_file(study.folder_of(run) / FAILURE) as unfinished:
        unfinished.write_text(f"{error}\n", encoding="utf-8")


def failure_of(folder: Path) -> str | None:
    """The sentence by which the run in `folder` failed; None where it did not."""
    path = folder / FAILURE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def _done(
    study: Study,
    run: Run,
    config: TrainingConfig,
    device: str,
    clock: ProgressFile,
    progress: Callable[[Progress], None],
) -> dict[str, Any]:
    """Train and measure one method, unless that was done before; its part of the result."""
    folder = study.folder_of(run)
    record = folder / config.name / "method.json"
    if record.is_file():
        return dict(json.loads(record.read_text(encoding="utf-8")))
    clock.begin(config.name, ran_on(device))
    if run.family is not None and config.name != run.family.name:
        _begin_from_the_cnn(folder / run.family.name, folder / config.name)
    train_configured(config, study.definition, device, progress, measures=False)
    manifest = folder / "models" / f"{config.name}.json"
    cases = {}
    if config.export.task == "pancreas":
        cases = measure(
            manifest,
            study.measured(run),
            folder / "masks" / config.name,
            device,
            lambda name, fraction: progress(Progress(f"{config.name}, {name}", fraction, None)),
        )
    method = {
        "name": config.name,
        "parameters": _parameters(manifest),
        "outcome": Manifest.from_file(manifest).training["outcome"],
        "loss_still_falls": loss_still_falls(folder / config.name),
        "hours": round(clock.end() / 3600, 4),
        "ran_on": clock.ran_on,
        "cases": cases,
    }
    write_json(method, record)
    return method


@contextmanager
def _memory_failure_in_a_sentence(run: Run) -> Iterator[None]:
    try:
        with memory_failure_in_a_sentence():
            yield
    except (OutOfMemory, torch.cuda.OutOfMemoryError) as error:
        raise OutOfMemory(
            f"The memory is not enough for {run.name}; lower 'batch' or 'crop' in a definition of"
            " your own, or run fewer jobs at a time."
        ) from error


def _keep_coarse_model(study: Study, run: Run) -> None:
    """The fold's coarse model beside those of the run, which find it there."""
    if run.family is None or study.experiment.coarse is None:
        return
    models = study.folder_of(run) / "models"
    make_folder(models)
    source = study.folder_of(coarse_run(run, study.experiment)) / "models"
    for ending in (".pt", ".md", ".json"):
        _copy(source / f"{COARSE}{ending}", models / f"{COARSE}{ending}")


def _begin_from_the_cnn(cnn: Path, rnn: Path) -> None:
    """Give an RNN's training the CNN's finished stages, which it then reads in place of training.

    So all RNNs of a run start from the very same CNN: the one that was selected.
    """
    make_folder(rnn)
    for checkpoint in sorted(cnn.glob("cnn*.pt")):  # "best" before "last", by which it is finished
        _copy(checkpoint, rnn / checkpoint.name)


def _copy(source: Path, target: Path) -> None:
    if not target.is_file():
        with atomic_file(target) as unfinished:
            shutil.copyfile(source, unfinished)


def _parameters(manifest: Path) -> int:
    network = load_weights(Manifest.from_file(manifest), manifest.parent)
    return sum(parameter.numel() for parameter in network.parameters())


def loss_still_falls(folder: Path) -> bool:
    """Whether the last stage's loss was 2 % lower in its last tenth than in the tenth before.

    Not that of a refit, which stops on purpose, once it has Acc_t.
    """
    events = [
        event
        for event in Log(folder).events()
        if "loss" in event and not event["stage"].endswith("-refit")
    ]
    losses = [event["loss"] for event in events if event["stage"] == events[-1]["stage"]]
    tenth = len(losses) // 10
    if tenth == 0:
        return False
    last, before = losses[-tenth:], losses[-2 * tenth : -tenth]
    return sum(last) < 0.98 * sum(before)


def _result(run: Run, methods: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "run": run.name,
        "fold": run.fold,
        "seed": run.seed,
        "loss": run.loss,
        "methods": methods,
    }
