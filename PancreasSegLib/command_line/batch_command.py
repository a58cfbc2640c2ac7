"""`pancreasseg batch`: masks of many scans, with a table and a page."""

from __future__ import annotations

import argparse
from pathlib import Path

from PancreasSegLib.command_line.device_option import add_device_option
from PancreasSegLib.command_line.error_stream import say_on_error_stream
from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.command_line.workers_option import add_workers_options, chosen_workers
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg batch`."""
    parser.add_argument(
        "scans",
        metavar="SCANS",
        help="a folder with scans and folders of DICOM series, a pattern in quotes"
        " ('scans/*.nii.gz'), or a .csv with the columns scan, reference, name, series and"
        " phase (the last two as of `pancreasseg segment`, phase a number)",
    )
    parser.add_argument(
        "--references",
        type=Path,
        metavar="FOLDER",
        help="masks to compare the results with: NAME.nii.gz (or another ending) or NAME.seg.nrrd"
        " for the scan NAME",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="where masks, pictures, manifests, the table and index.html go; after a"
        " stop, the same command goes on",
    )
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        metavar="NAME|PATH",
        help="a bundled model or the .json file of your own (default: %(default)s)",
    )
    add_device_option(parser)
    add_workers_options(parser, "scans")


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Segment all scans; the exit code: 1 if any failed, else 3 if nothing was found in any."""
    with cancellation.loading():
        from PancreasSegLib.batch.batch import run_batch
        from PancreasSegLib.batch.cases import (
            find_cases,
            lacking_references,
            refuse_output_among_scans,
        )

    workers = chosen_workers(arguments)
    references = arguments.references
    cases = find_cases(arguments.scans, references, arguments.output)
    refuse_output_among_scans(arguments.scans, arguments.output)
    if references is not None and (lacking := lacking_references(cases, references)):
        say_on_error_stream(f"pancreasseg: {lacking}")
    with ProgressLine() as progress:
        records = run_batch(
            cases,
            arguments.output,
            arguments.model,
            arguments.device,
            workers,
            progress,
            cancellation.requested,
            progress.say,
        )
    failed = sum(record.report is None for record in records)
    empty = sum(record.report is not None and not record.report["found"] for record in records)
    print(f"Scans        {len(records)}, {failed} failed, {empty} without a pancreas")
    print(f"Table        {arguments.output / 'results.csv'}")
    print(f"Page         {arguments.output / 'index.html'}")
    if failed:
        return exit_codes.FAILED
    return exit_codes.NO_PANCREAS if empty else exit_codes.DONE
