"""`pancreasseg demo`: a synthetic CT is made, segmented, compared with its truth, and pictured."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.command_line.error_stream import say_on_error_stream
from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.command_line.summary import summary
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.segmenter.progress import Progress

if TYPE_CHECKING:
    from PancreasSegLib.evaluation.evaluation import Evaluation
    from PancreasSegLib.phantom.synthetic_ct import SyntheticScan
    from PancreasSegLib.segmenter.segmentation import Segmentation

SCAN = "synthetic-ct.nii.gz"
REFERENCE = "synthetic-ct-reference.nii.gz"
MASK = "synthetic-ct-mask.nii.gz"
REPORT = "synthetic-ct-report.json"
EVALUATION = "synthetic-ct-evaluation.json"
SLICES = "synthetic-ct-slices.png"
SURFACE = "synthetic-ct-surface.png"
FILES = {
    "Scan": SCAN,
    "Reference": REFERENCE,
    "Mask": MASK,
    "Report": REPORT,
    "Evaluation": EVALUATION,
    "Slices": SLICES,
    "3D surface": SURFACE,
}
TITLE = "Synthetic CT, not a patient"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg demo`."""
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("pancreasseg-demo"),
        metavar="FOLDER",
        help="where the files go; it is made if need be (default: %(default)s)",
    )


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Make the demo; the exit code."""
    return make_demo(arguments.output, cancellation)


def make_demo(
    folder: Path,
    cancellation: Cancellation,
    model: str | Path = DEFAULT_MODEL,
    spacing_mm: tuple[float, float, float] = (1.0, 1.0, 2.5),
) -> int:
    """Fill `folder` with a synthetic CT of `spacing_mm`, its segmentation and pictures of it.

    Prints what came out and where it lies, and returns the exit code.
    Raises the errors of the Segmenter and OutputError.
    """
    started = time.perf_counter()
    with cancellation.loading():
        from PancreasSegLib.files.output_files import filled_folder

    with filled_folder(folder) as unfinished, ProgressLine() as progress:
        scan = _make_scan(unfinished, spacing_mm, progress)
        segmentation = _segment(unfinished, model, progress, cancellation)
        evaluation = _compare(scan, segmentation, unfinished, progress)
        why_no_surface = _draw(scan, segmentation, unfinished, progress)
        made = {name: file for name, file in FILES.items() if (unfinished / file).is_file()}
    if why_no_surface is not None:
        say_on_error_stream(why_no_surface)
    print("A synthetic CT, not of a patient, was segmented and compared with its truth.")
    print(f"DSC          {evaluation.dice:.3f}")
    files = {name: folder / file for name, file in made.items()}
    print(summary(segmentation.report, files, time.perf_counter() - started))
    return exit_codes.DONE if segmentation.found else exit_codes.NO_PANCREAS


def _make_scan(
    folder: Path, spacing_mm: tuple[float, float, float], progress: ProgressLine
) -> SyntheticScan:
    progress(Progress("Making the synthetic CT", 0.0, None))
    from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
    from PancreasSegLib.volume.writing import write_mask, write_volume

    scan = synthetic_ct(spacing_mm=spacing_mm)
    write_volume(scan.image, folder / SCAN)
    write_mask(scan.pancreas, folder / REFERENCE)
    return scan


def _segment(
    folder: Path, model: str | Path, progress: ProgressLine, cancellation: Cancellation
) -> Segmentation:
    """From the file, as with anybody's scan."""
    progress(Progress("Loading the model", 0.0, None))
    with cancellation.loading():
        from PancreasSegLib.files.json_file import write_json
        from PancreasSegLib.segmenter.segmenter import Segmenter
        from PancreasSegLib.volume.reading import read_volume
        from PancreasSegLib.volume.writing import write_mask

    scan = read_volume(folder / SCAN)
    segmentation = Segmenter(model).segment(
        scan, progress=progress, cancelled=cancellation.requested
    )
    write_mask(segmentation.mask, folder / MASK, like=folder / SCAN)
    write_json({"scan": TITLE} | segmentation.report.as_dict(), folder / REPORT)
    return segmentation


def _compare(
    scan: SyntheticScan, segmentation: Segmentation, folder: Path, progress: ProgressLine
) -> Evaluation:
    progress(Progress("Comparing with the truth", 1.0, None))
    from PancreasSegLib.evaluation.evaluate import evaluate
    from PancreasSegLib.files.json_file import write_json

    evaluation = evaluate(segmentation.mask, scan.pancreas)
    write_json({"scan": TITLE} | evaluation.as_dict(), folder / EVALUATION)
    return evaluation


def _draw(
    scan: SyntheticScan, segmentation: Segmentation, folder: Path, progress: ProgressLine
) -> str | None:
    """Both pictures; if there is none in 3D, the sentence that says why."""
    progress(Progress("Drawing the pictures", 1.0, None))
    from PancreasSegLib.rendering.overlay import slice_overlay
    from PancreasSegLib.rendering.surface_picture import RenderingUnavailable, surface_picture

    slice_overlay(scan.image, segmentation.mask, folder / SLICES, scan.pancreas, TITLE)
    try:
        surface_picture(segmentation.mask, folder / SURFACE, scan.pancreas, TITLE)
    except RenderingUnavailable as error:
        return str(error)
    return None
