"""Segment a scan inside 3D Slicer, without its window, and save the result.

    Slicer --no-main-window --python-script Resources/examples/segment_in_slicer.py SCAN OUTPUT

SCAN is a NIfTI, NRRD or MetaImage file, or a DICOM folder, whose largest scan is taken.
OUTPUT ends in .seg.nrrd (a segmentation with name, colour and terminology), .nii.gz (a mask) or
.stl (a surface). Exit codes: 0 done, 1 failed with one sentence, 3 no pancreas found.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import slicer.util

from PancreasSeg import PancreasSegLogic
from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.slicer_adapter.nodes.saving import save_segment
from PancreasSegLib.slicer_adapter.nodes.scan_loading import load_dicom_folder, load_scan

DONE, FAILED, NO_PANCREAS = 0, 1, 3


def main(arguments: list[str]) -> int:
    """Load, segment, save; the exit code."""
    parser = argparse.ArgumentParser(prog="segment_in_slicer.py")
    parser.add_argument("scan", metavar="SCAN")
    parser.add_argument("output", metavar="OUTPUT")
    parser.add_argument("--model", default=DEFAULT_MODEL, metavar="NAME|PATH")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda[:N]")
    given = parser.parse_args(arguments)
    try:
        segmented = PancreasSegLogic().segment(
            load(given.scan), model=given.model, device=given.device
        )
        save_segment(segmented.segmentation_node, segmented.segment_id, given.output)
    except PancreasSegError as error:
        print(f"segment_in_slicer.py: {error}", file=sys.stderr)
        return FAILED
    print(f"{segmented.report['volume_ml']:.1f} ml of pancreas in {given.output}")
    for warning in segmented.report["warnings"]:
        print(f"Warning: {warning}")
    return DONE if segmented.found else NO_PANCREAS


def load(path: str) -> Any:
    """The scan as a node of the scene: of a file, or of a DICOM folder."""
    return load_dicom_folder(path) if Path(path).is_dir() else load_scan(path)


if __name__ == "__main__":
    exit_code = FAILED
    try:
        exit_code = main(sys.argv[1:])
    finally:  # whatever happened: without a window nobody else could end Slicer
        slicer.util.exit(exit_code)
