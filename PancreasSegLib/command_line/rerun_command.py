"""`pancreasseg rerun`: a run made again from its manifest, and compared with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.errors import InputError
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.segmenter.progress import Progress

if TYPE_CHECKING:
    from PancreasSegLib.reports.run_manifest import RunManifest
    from PancreasSegLib.segmenter.segmentation import Segmentation


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg rerun`."""
    parser.add_argument(
        "manifest",
        type=Path,
        metavar="MANIFEST",
        help="what `pancreasseg segment --manifest` or `pancreasseg batch` wrote",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUTPUT", help="also write the new mask"
    )


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Segment again and compare; the exit code: 0 if the masks are identical, else 1."""
    with cancellation.loading():
        from PancreasSegLib.files.output_files import check_distinct, check_file
        from PancreasSegLib.reports.run_manifest import RunManifest, read_run_manifest
        from PancreasSegLib.volume.writing import check_output_path, write_mask

    before = read_run_manifest(arguments.manifest)
    scan = Path(before.scan)
    if arguments.output is not None:
        check_file(arguments.output)
        check_output_path(arguments.output)
        check_distinct([arguments.output], [scan, arguments.manifest])
    with ProgressLine() as progress:
        segmentation = _segment(before, progress, cancellation)
    if arguments.output is not None:
        write_mask(segmentation.mask, arguments.output, like=scan)
    options = (before.model, before.roi, before.device)
    now = RunManifest.of(scan, *options, segmentation, before.series, before.phase)
    print(_told(before, now))
    return exit_codes.DONE if now.mask_sha256 == before.mask_sha256 else exit_codes.FAILED


def _segment(
    before: RunManifest, progress: ProgressLine, cancellation: Cancellation
) -> Segmentation:
    from PancreasSegLib.reports.run_manifest import sha256_of_scan
    from PancreasSegLib.segmenter.job import Job
    from PancreasSegLib.segmenter.segmenter import segment
    from PancreasSegLib.volume.reading import read_volume

    scan = Path(before.scan)
    progress(Progress("Reading the scan", 0.0, None))
    volume = read_volume(scan, before.series, before.phase)
    if sha256_of_scan(scan) != before.scan_sha256:
        raise InputError(
            f"{scan} is not the scan of the manifest any more (its SHA-256 differs); put that one"
            " back."
        )
    job = Job(volume, before.model, before.roi, before.device)
    job.check()
    return segment(job, progress, cancellation.requested)


def _told(before: RunManifest, now: RunManifest) -> str:
    same = now.mask_sha256 == before.mask_sha256
    lines = [
        "The mask is identical to that of the manifest."
        if same
        else f"The mask differs: {now.volume_ml:.3f} ml, and {before.volume_ml:.3f} ml before."
    ]
    differences = before.differences(now)
    if differences:
        lines += ["Different besides:" if same else "Different in these runs:"]
        lines += [f"  {difference}" for difference in differences]
    elif not same and not before.settings_sha256:
        lines.append(
            "Scan, weights, options, versions and device are the same; the manifest is of an"
            " earlier version, which did not note the model's settings."
        )
    elif not same:
        lines.append(
            "Scan, weights, settings, options, versions and device are the same; please report it."
        )
    return "\n".join(lines)
