"""`pancreasseg segment`: a mask from a scan."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.command_line.device_option import add_device_option
from PancreasSegLib.command_line.dicom_options import add_dicom_options, of_each_phase
from PancreasSegLib.command_line.error_stream import say_on_error_stream
from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.command_line.summary import summary
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.segmenter.progress import Progress

if TYPE_CHECKING:
    from PancreasSegLib.segmenter.job import Job
    from PancreasSegLib.segmenter.segmentation import Segmentation
    from PancreasSegLib.volume.patient_box import PatientBox


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg segment`."""
    parser.add_argument(
        "input",
        type=Path,
        metavar="INPUT",
        help="the scan: a NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr) or MetaImage (.mha, .mhd) "
        "file, or DICOM: a folder with all folders in it, a .zip of one, a DICOMDIR, or a "
        "multi-frame file",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUTPUT",
        help="the mask, 1 = pancreas, on exactly the scan's grid: .nii.gz, .nii, .nrrd or .mha; of "
        "a DICOM scan also .dcm, a DICOM segmentation (needs the package highdicom)",
    )
    add_dicom_options(parser)
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        metavar="NAME|PATH",
        help="a bundled model (see `pancreasseg models`) or the .json file of your own "
        "(default: %(default)s)",
    )
    add_device_option(parser)
    parser.add_argument(
        "--probability",
        type=Path,
        metavar="FILE",
        help="also write each voxel's (calibrated) probability, 0 to 1, as an image",
    )
    parser.add_argument(
        "--roi",
        type=float,
        nargs=6,
        metavar=("X0", "X1", "Y0", "Y1", "Z0", "Z1"),
        help="look only inside this box, best 2 to 3 cm around the pancreas, in millimetres of the "
        "patient, LPS: x grows to the left, "
        "y to posterior, z to superior (of RAS numbers, as 3D Slicer shows them, change the sign "
        "of x and y)",
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="also write the report on the result, as JSON"
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="also write what the mask depends on, as JSON: `pancreasseg rerun FILE` makes it again"
        " and compares",
    )
    parser.add_argument(
        "--html",
        type=Path,
        metavar="PAGE",
        help="also write a page for people: pictures, numbers, warnings, the model and its limits;"
        " one file, nothing of the scan's header in it",
    )


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Segment one scan, or each of its phases; the exit code, 3 if any has no pancreas."""
    with cancellation.loading():
        from PancreasSegLib.volume.dicom.files import with_its_files
        from PancreasSegLib.volume.dicom.reading import listed_series

    arguments.input = with_its_files(arguments.input)
    if arguments.list_series:
        print("\n".join(listed_series(arguments.input)))
        return exit_codes.DONE
    if arguments.output is None:
        arguments.refuse_usage("the following arguments are required: -o/--output")
    runs = of_each_phase(arguments)
    files = [_output_files(one, cancellation) for one in runs]
    return max(_run(one, of_it, cancellation) for one, of_it in zip(runs, files, strict=True))


def _run(arguments: argparse.Namespace, files: dict[str, Path], cancellation: Cancellation) -> int:
    started = time.perf_counter()
    with ProgressLine() as progress:
        job = _job(arguments, progress)
        segmentation = _segment(job, progress, cancellation)
        segmentation.report.warnings.extend(_format_warnings(segmentation, arguments))
        like = _like(segmentation, arguments)
        page = _page(job, segmentation, arguments, progress)
        progress(Progress("Writing the result", 1.0, None))
        _write(segmentation, page, arguments, like, cancellation)
    print(summary(segmentation.report, files, time.perf_counter() - started))
    if segmentation.found:
        return exit_codes.DONE
    say_on_error_stream(
        f"pancreasseg: no pancreas found in {arguments.input}; the mask {arguments.output} is "
        "empty."
    )
    return exit_codes.NO_PANCREAS


def _output_files(arguments: argparse.Namespace, cancellation: Cancellation) -> dict[str, Path]:
    """The results by their names, after a check that they can be written."""
    with cancellation.loading():
        from PancreasSegLib.files.output_files import check_distinct, check_file
        from PancreasSegLib.volume.dicom.segmentation_object import (
            check_segmentation_object,
            is_segmentation_object,
        )
        from PancreasSegLib.volume.scan_files import scan_files
        from PancreasSegLib.volume.writing import check_output_path

    wished = {
        "Mask": arguments.output,
        "Probability": arguments.probability,
        "Report": arguments.report,
        "Manifest": arguments.manifest,
        "Page": arguments.html,
    }
    files = {name: path for name, path in wished.items() if path is not None}
    for name, path in files.items():
        check_file(path)
        if name == "Mask" and is_segmentation_object(path):
            check_segmentation_object(path, arguments.input, arguments.series, arguments.phase)
        elif name in ("Mask", "Probability"):
            check_output_path(path)
    check_distinct(files.values(), [arguments.input])
    if any(path.exists() for path in files.values()):
        check_distinct(files.values(), scan_files(arguments.input).values())
    return files


def _roi(numbers: list[float] | None) -> PatientBox | None:
    from PancreasSegLib.volume.patient_box import PatientBox

    if numbers is None:
        return None
    x0, x1, y0, y1, z0, z1 = numbers
    return PatientBox((x0, y0, z0), (x1, y1, z1))


def _job(arguments: argparse.Namespace, progress: ProgressLine) -> Job:
    roi = _roi(arguments.roi)
    progress(Progress("Reading the scan", 0.0, None))
    from PancreasSegLib.segmenter.job import Job
    from PancreasSegLib.segmenter.memory_need import memory_need
    from PancreasSegLib.volume.reading import read_volume

    job = Job(
        scan=read_volume(arguments.input, arguments.series, arguments.phase),
        model=arguments.model,
        region=roi,
        device=arguments.device,
        keep_probability=arguments.probability is not None,
    )
    job.check()
    progress.note(memory_need(job.scan))
    return job


def _segment(job: Job, progress: ProgressLine, cancellation: Cancellation) -> Segmentation:
    progress(Progress("Loading the model", 0.0, None))
    with cancellation.loading():
        from PancreasSegLib.segmenter.segmenter import segment

    return segment(job, progress, cancellation.requested)


def _format_warnings(segmentation: Segmentation, arguments: argparse.Namespace) -> list[str]:
    from PancreasSegLib.volume.writing import format_warnings

    return format_warnings(segmentation.mask.grid, arguments.output)


def _like(segmentation: Segmentation, arguments: argparse.Namespace) -> Path | None:
    """The scan whose header the mask takes over; None, with a warning, if it is gone by now."""
    from PancreasSegLib.volume.writing import is_still_there

    scan: Path = arguments.input
    if is_still_there(scan, segmentation.mask.grid):
        return scan
    segmentation.report.warnings.append(
        f"{scan} was removed or changed while it was segmented; the mask lies where the scan lay "
        "when it was read."
    )
    return None


def _page(
    job: Job, segmentation: Segmentation, arguments: argparse.Namespace, progress: ProgressLine
) -> str | None:
    """The page for people, called as its file is; None if it is not wanted."""
    if arguments.html is None:
        return None
    progress(Progress("Drawing the pictures", 1.0, None))
    from PancreasSegLib.reports.page import title_of
    from PancreasSegLib.reports.result_page import result_page

    report = segmentation.report.as_dict()
    return result_page(title_of(arguments.html), job.scan, segmentation.mask, report)


def _write(
    segmentation: Segmentation,
    page: str | None,
    arguments: argparse.Namespace,
    like: Path | None,
    cancellation: Cancellation,
) -> None:
    from PancreasSegLib.files.json_file import write_json
    from PancreasSegLib.files.output_files import written_together
    from PancreasSegLib.reports.page import write_html
    from PancreasSegLib.reports.run_manifest import RunManifest, write_run_manifest
    from PancreasSegLib.volume.dicom.segmentation_object import (
        is_segmentation_object,
        write_segmentation_object,
    )
    from PancreasSegLib.volume.writing import write_mask, write_volume

    choice = arguments.series, arguments.phase
    output, probability, report = arguments.output, arguments.probability, arguments.report
    manifest, scan, html = arguments.manifest, arguments.input, arguments.html
    wished = (output, probability, report, manifest, html)
    paths = [path for path in wished if path is not None]
    with cancellation.held(), written_together(paths) as unfinished:
        if is_segmentation_object(output):
            model = segmentation.report.model["name"]
            write_segmentation_object(segmentation.mask, unfinished[output], scan, model, *choice)
        else:
            write_mask(segmentation.mask, unfinished[output], like)
        if segmentation.probability is not None:
            cancellation.check()
            write_volume(segmentation.probability, unfinished[probability], like)
        if report is not None:
            write_json(segmentation.report.as_dict(), unfinished[report])
        if manifest is not None:
            roi = _roi(arguments.roi)
            options = (arguments.model, roi, arguments.device)
            made = RunManifest.of(scan, *options, segmentation, *choice)
            write_run_manifest(made, unfinished[manifest])
        if page is not None:
            write_html(page, unfinished[html])
        cancellation.check()
