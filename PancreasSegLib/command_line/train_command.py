"""`pancreasseg train`: a model from a training configuration."""

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


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg train`."""
    parser.add_argument(
        "config",
        type=Path,
        metavar="CONFIG",
        help="a TOML file as in Resources/experiments; after a stop, the same command goes on",
    )
    add_device_option(parser)


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Train; the exit code."""
    refuse_without_matplotlib()
    with ProgressLine() as progress:
        manifests = _train(arguments, progress, cancellation)
    for path in manifests:
        print(f"Model        {path}")
    return exit_codes.DONE


def _train(
    arguments: argparse.Namespace, progress: ProgressLine, cancellation: Cancellation
) -> list[Path]:
    with cancellation.loading():
        from PancreasSegLib.training.train import train

    with training_memory_failure_in_a_sentence(arguments.config):
        return train(arguments.config, arguments.device, progress, progress.say)


def refuse_without_matplotlib() -> None:
    """Raise `InputError` now, not at the first picture of the progress."""
    if find_spec("matplotlib") is None:
        raise InputError(
            "Training draws its progress with matplotlib, which is not installed; install it with "
            "PancreasSeg's extra: pip install 'pancreasseg[train]'."
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
