"""`pancreasseg data check`: what a folder of scans and references is, and what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.command_line.workers_option import add_workers_options, chosen_workers
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.segmenter.progress import Progress

if TYPE_CHECKING:
    from PancreasSegLib.training.data.check import CheckedSet

KNOWN = (
    "NIH Pancreas-CT, MSD Task07_Pancreas, BTCV, AMOS, TotalSegmentator, and plain folders of pairs"
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg data`."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser(
        "check",
        help=f"recognise a data set ({KNOWN}) and say what is wrong with its download",
        description=f"Known are {KNOWN}.",
    )
    check.add_argument("folder", type=Path, metavar="FOLDER", help="as it was downloaded")
    check.add_argument(
        "--label", help="the pancreas's value or name, in references of a plain folder"
    )
    check.add_argument(
        "--prepare",
        type=Path,
        metavar="CONFIG",
        help="then put the scans of this training configuration onto its grid, into its cache: the"
        " training finds them there",
    )
    add_workers_options(check, "scans")


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Check and tell; the exit code is 1 where something is wrong, and nothing is prepared then."""
    with cancellation.loading():
        from PancreasSegLib.training.data.check import check_set
        from PancreasSegLib.training.data.prepare import prepare
        from PancreasSegLib.training.data.public_sets import recognise
        from PancreasSegLib.training.recipe.config import read_config

    workers = chosen_workers(arguments)
    config = None if arguments.prepare is None else read_config(arguments.prepare)
    found = recognise(arguments.folder, arguments.label)
    with ProgressLine() as progress:

        def tell(name: str, fraction: float) -> None:
            progress(Progress(f"{name}", fraction, None))

        checked = check_set(found, workers, tell, cancellation.requested)
        prepared = 0
        if config is not None and checked.is_right:
            prepared = prepare(config, workers, tell, cancellation.requested)
    _print(checked)
    if prepared:
        print(f"Prepared     {prepared} scans, for {arguments.prepare}")
    return exit_codes.DONE if checked.is_right else exit_codes.FAILED


def _print(checked: CheckedSet) -> None:
    wrong = [case for case in checked.cases if case.problems]
    volumes = [case.pancreas_ml for case in checked.cases if case.sha256]
    print(f"Data set     {checked.kind}")
    print(f"Cases        {len(checked.cases)}, {len(wrong)} with something wrong")
    if volumes:
        print(f"Pancreas     {min(volumes):.0f} to {max(volumes):.0f} ml")
    for problem in checked.problems:
        print(f"Wrong        {problem}")
    for case in wrong:
        print(f"Wrong        {case.name}: {' '.join(case.problems)}")
