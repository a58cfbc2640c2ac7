"""One segmentation that is wanted: what command line, worker and Slicer hand to each other.

Loads no torch: whoever asks for a job learns at once whether it can be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.errors import InputError, PancreasSegError, WeightsError
from PancreasSegLib.models.catalogue import Model, find_model
from PancreasSegLib.segmenter.checks import usable
from PancreasSegLib.segmenter.memory_need import refuse_without_memory
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume


@dataclass(frozen=True, eq=False)
class Job:
    """A scan, and how it is to be segmented.

    model: a bundled model's name, or the path of a manifest.
    region: where to look, LPS mm, in place of the coarse model's answer.
    device: auto, cpu, cuda or cuda:N.
    keep_probability: the probability is part of the result.
    """

    scan: Volume
    model: str | Path = DEFAULT_MODEL
    region: PatientBox | None = None
    device: str = "auto"
    keep_probability: bool = False

    def problem(self) -> PancreasSegError | None:
        """Why it cannot be done, as a sentence for the user; None if it can.

        What only torch knows is told later: whether the device is there, the weights' content.
        """
        try:
            self.check()
        except PancreasSegError as error:
            return error
        return None

    def check(self) -> None:
        """Raise the `problem`, if there is one: WeightsError (model), OutOfMemory, InputError."""
        manifest = find_segmenting_model(self.model).manifest
        refuse_without_memory(self.scan)
        usable(self.scan, manifest)
        if self.region is not None:
            inside_scan(self.region, self.scan.grid)


def find_segmenting_model(name_or_path: str | Path, folder: Path | None = None) -> Model:
    """As `find_model`; WeightsError also for one that only finds the region of the pancreas."""
    model = find_model(name_or_path, folder)
    if model.manifest.task != "pancreas":
        raise WeightsError(
            f"The model '{model.manifest.name}' only finds the region of the pancreas; "
            "choose one that segments it."
        )
    return model


def inside_scan(region: PatientBox, grid: Grid) -> PatientBox:
    """What of the user's region lies in the scan; InputError if nothing does."""
    scan_box = PatientBox.of_grid(grid)
    inside = region.overlap(scan_box)
    if inside is None or grid.box_around(inside.corners) is None:
        raise InputError(
            f"The region of interest, {region}, lies outside of the scan, which is {scan_box} "
            "(x, y, z in millimetres, LPS); move it onto the scan."
        )
    return inside
