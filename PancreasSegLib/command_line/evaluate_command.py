"""`pancreasseg evaluate`: a mask against a reference."""

from __future__ import annotations

import argparse
from pathlib import Path

from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg evaluate`."""
    parser.add_argument(
        "mask", type=Path, metavar="MASK", help="the result, with one label, or see --mask-label"
    )
    parser.add_argument(
        "reference",
        type=Path,
        metavar="REFERENCE",
        help="what it is compared with, with one label, or see --label; on another grid, it is "
        "brought to the mask's by nearest neighbour",
    )
    parser.add_argument(
        "--label",
        metavar="N|NAME",
        help="which label of the reference is the pancreas: its number, or the name of a segment "
        "of a .seg.nrrd",
    )
    parser.add_argument(
        "--mask-label", metavar="N|NAME", help="which label of the mask is the pancreas"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all numbers as JSON")


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Compare two masks; the exit code."""
    with cancellation.loading():
        from PancreasSegLib.evaluation.evaluate import evaluate
        from PancreasSegLib.evaluation.table import case_table, slice_table
        from PancreasSegLib.files.json_file import write_json
        from PancreasSegLib.files.output_files import check_distinct, check_file
        from PancreasSegLib.volume.reading import read_mask

    if arguments.json is not None:
        check_file(arguments.json)
        check_distinct([arguments.json], [arguments.mask, arguments.reference])
    mask = read_mask(arguments.mask, arguments.mask_label)
    reference = read_mask(arguments.reference, arguments.label)
    evaluation = evaluate(mask, reference)
    if arguments.json is not None:
        write_json(evaluation.as_dict(), arguments.json)
    print(case_table(evaluation))
    for path, volume in ((arguments.mask, mask), (arguments.reference, reference)):
        for warning in volume.warnings:
            print(f"Warning, {path}: {warning}")
    if evaluation.slices:
        print(f"\n{slice_table(evaluation)}")
    return exit_codes.DONE
