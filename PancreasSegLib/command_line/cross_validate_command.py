"""`pancreasseg cross-validate`: how good a way to train is, on scans that it never saw."""

from __future__ import annotations

import argparse
from pathlib import Path

from PancreasSegLib.command_line.device_option import add_device_option
from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.command_line.train_command import (
    refuse_without_matplotlib,
    training_memory_failure_in_a_sentence,
)
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg cross-validate`."""
    parser.add_argument(
        "configs",
        type=Path,
        nargs="+",
        metavar="CONFIG",
        help="TOML files as for train, in the order to train them: the coarse stage's first",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="where the folds' runs and models go; after a stop, the same command goes on",
    )
    parser.add_argument(
        "--folds", type=int, default=4, metavar="N", help="how many folds (default: 4)"
    )
    parser.add_argument(
        "--fold",
        type=int,
        action="append",
        metavar="K",
        help="this fold only, from 0 on; may be given again (default: all)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="in place of the configurations' own seeds; all is then kept in FOLDER/seed-N",
    )
    add_device_option(parser)


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Cross-validate; the exit code."""
    refuse_without_matplotlib()
    with cancellation.loading():
        from PancreasSegLib.training.proof.cross_validation import cross_validate

    chosen = range(arguments.folds) if arguments.fold is None else arguments.fold
    with ProgressLine() as progress, training_memory_failure_in_a_sentence(*arguments.configs):
        summary = cross_validate(
            arguments.configs,
            arguments.folds,
            arguments.output,
            chosen,
            arguments.device,
            progress,
            progress.say,
            arguments.seed,
        )
    if summary is not None:
        print(f"Summary      {summary}")
    return exit_codes.DONE
