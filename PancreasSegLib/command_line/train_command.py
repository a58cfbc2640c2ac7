"""`pancreasseg train`: a model from a training configuration, or from a folder of scans."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from PancreasSegLib.command_line.device_option import add_device_option
from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.errors import InputError, OutOfMemory
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation

OWN = ("data", "output", "name", "start", "label", "folds", "steps")
"""The options of a training on scans of one's own."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg train`."""
    parser.add_argument(
        "config",
        type=Path,
        nargs="?",
        metavar="CONFIG",
        help="a TOML file as in Resources/experiments; after a stop, the same command goes on",
    )
    add_device_option(parser)
    own = parser.add_argument_group("scans of your own, without a configuration")
    own.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="scans and references, as scan1.nii.gz and scan1_label.nii.gz, or as nnU-Net has them",
    )
    own.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where model, folds and curves go; after a stop, the same command goes on",
    )
    own.add_argument("--name", help="the model's name (default: own-model)")
    own.add_argument(
        "--start",
        metavar="MODEL",
        help="go on from this model, by name or path, in place of random weights",
    )
    own.add_argument(
        "--label",
        type=label_of,
        metavar="LABEL",
        help="the pancreas in references with several labels, by value or name",
    )
    own.add_argument(
        "--folds",
        type=int,
        metavar="N",
        help="how many folds measure the model (default: 4); 0 leaves that out, and saves its time",
    )
    own.add_argument(
        "--steps",
        type=int,
        metavar="N",
        help="how long to train (default: 5000; with --start 1500)",
    )


def label_of(text: str) -> int | str:
    """A label by its value, else by its name."""
    return int(text) if text.isdecimal() else text


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Train; the exit code."""
    refuse_without_matplotlib()
    _refuse_mixed(arguments)
    with ProgressLine() as progress:
        manifests = _train(arguments, progress, cancellation)
    for path in manifests:
        print(f"Model        {path}")
    return exit_codes.DONE


def _train(
    arguments: argparse.Namespace, progress: ProgressLine, cancellation: Cancellation
) -> list[Path]:
    with cancellation.loading():
        from PancreasSegLib.training.own_data import OwnTraining, train_on_own_data
        from PancreasSegLib.training.train import train

    if arguments.config is not None:
        with training_memory_failure_in_a_sentence(arguments.config):
            return train(arguments.config, arguments.device, progress, progress.say)
    own = {name: getattr(arguments, name) for name in OWN if getattr(arguments, name) is not None}
    training = OwnTraining(**own)
    with training_memory_failure_in_a_sentence(training.output / f"{training.name}.toml"):
        return train_on_own_data(training, arguments.device, progress, progress.say)


def _refuse_mixed(arguments: argparse.Namespace) -> None:
    """Either a configuration, or data and output."""
    given = [name for name in OWN if getattr(arguments, name) is not None]
    if arguments.config is not None and given:
        raise InputError(
            f"--{given[0]} goes with --data, not with a configuration, which says all that itself;"
            " leave one of the two out."
        )
    if arguments.config is None and (arguments.data is None or arguments.output is None):
        raise InputError(
            "Nothing to train on: give a configuration, or --data FOLDER and --output FOLDER."
        )
    for name in ("folds", "steps"):
        count, least = getattr(arguments, name), {"folds": 0, "steps": 1}[name]
        if count is not None and count < least:
            raise InputError(f"--{name} is {count}; give {least} or more.")


def refuse_without_matplotlib() -> None:
    """Raise `InputError` now, not at the first picture of the progress."""
    if find_spec("matplotlib") is None:
        raise InputError(
            "Training draws its progress with matplotlib, which is not installed; install it with "
            "PancreasSeg's extra, in its checkout: pip install '.[train]'."
        )


@contextmanager
def training_memory_failure_in_a_sentence(*configs: Path) -> Iterator[None]:
    """Turns a failure to get memory into an `OutOfMemory` that says what to lower."""
    import torch

    from PancreasSegLib.segmenter.memory import memory_failure_in_a_sentence

    try:
        with memory_failure_in_a_sentence():
            yield
    except (OutOfMemory, torch.cuda.OutOfMemoryError) as error:
        raise OutOfMemory(
            f"The memory is not enough for this training; lower 'batch' or 'crop' in "
            f"{' or '.join(map(str, configs))}, or close other programs."
        ) from error
