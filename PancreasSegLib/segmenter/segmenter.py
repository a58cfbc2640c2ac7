"""The way of a scan through the engine, from top to bottom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.metrics.reliability import calibrated
from PancreasSegLib.models.catalogue import (
    Model,
    find_averaged_models,
    find_region_model,
)
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks.cbr_block import folded
from PancreasSegLib.networks.network import Network
from PancreasSegLib.segmenter.checks import usable
from PancreasSegLib.segmenter.combining import combined, on_grid
from PancreasSegLib.segmenter.cut import Cut, cut
from PancreasSegLib.segmenter.device import choose_compute
from PancreasSegLib.segmenter.input_grid import placed
from PancreasSegLib.segmenter.job import Job, find_segmenting_model, inside_scan
from PancreasSegLib.segmenter.judgement import judge
from PancreasSegLib.segmenter.measurements import measure
from PancreasSegLib.segmenter.memory import memory_failure_in_a_sentence
from PancreasSegLib.segmenter.organs import organs_hu
from PancreasSegLib.segmenter.progress import Progress, Steps
from PancreasSegLib.segmenter.region import Region, find_region, region_grid
from PancreasSegLib.segmenter.report import make_report
from PancreasSegLib.segmenter.segmentation import Segmentation
from PancreasSegLib.segmenter.stack_runner import StackRunner
from PancreasSegLib.segmenter.window import windowed_on_grid
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.resampling import patient_grid
from PancreasSegLib.volume.views import sliced, unsliced
from PancreasSegLib.volume.volume import Volume

CHECK = "Checking the scan"
FIND = "Finding the pancreas"
CNN = "Segmenting slices"
RECURRENCE = "Relating neighbouring slices"
RETURN = "Returning to the scan's grid"

SHARES = {CHECK: 3.0, FIND: 20.0, CNN: 60.0, RECURRENCE: 12.0, RETURN: 5.0}
"""The steps in their order, with their usual shares of the time."""


@dataclass(frozen=True)
class Seen:
    """What the networks make of a region: the probability of the pancreas, None where no region
    was found, and how bright they saw other organs."""

    probability: Volume | None = None
    organs_hu: dict[str, float] = field(default_factory=dict)


class Segmenter:
    """Segments the pancreas in one scan after the other with one model.

    model: a bundled model's name, or the path of a manifest of your own.
    device: auto, cpu, cuda or cuda:N.
    models: another folder than that of the bundled models.

    Raises WeightsError (model unknown, missing or altered) and InputError (device).
    """

    def __init__(
        self, model: str | Path = DEFAULT_MODEL, device: str = "auto", models: Path | None = None
    ) -> None:
        self.device, self.compute = device, choose_compute(device)
        self.model = find_segmenting_model(model, models)
        self.models = [self.model, *find_averaged_models(self.model)]
        self.networks = [_load(model) for model in self.models]
        self.region_model = find_region_model(self.model)
        self.region_network = None if self.region_model is None else _load(self.region_model)

    def segment(
        self,
        volume: Volume,
        roi: PatientBox | None = None,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        keep_probability: bool = False,
    ) -> Segmentation:
        """The pancreas in `volume`, on exactly its grid.

        roi: where to look, in place of the coarse model's answer.
        progress: is told how far it is. cancelled: is asked at the same moments,
        after every batch of slices and between the steps.

        Raises InputError (the scan or the roi cannot be used), OutOfMemory, Cancelled.
        """
        steps = Steps(self._shares(roi), progress, cancelled)
        runner = StackRunner(self.compute)
        with memory_failure_in_a_sentence():
            steps.start(CHECK)
            volume = usable(volume, self.model.manifest)
            region = self._region(volume, roi, runner, steps)
            seen = Seen()
            if region is not None:
                seen = self._seen(volume, region.box, runner, steps)
            steps.start(RETURN)
            return self._segmentation(volume, region, seen, runner, steps, keep_probability)

    def _shares(self, roi: PatientBox | None) -> dict[str, float]:
        shares = dict(SHARES)
        if roi is not None or self.region_model is None:
            del shares[FIND]
        if not self.networks[0].refines:
            del shares[RECURRENCE]
        return shares

    def _region(
        self, scan: Volume, roi: PatientBox | None, runner: StackRunner, steps: Steps
    ) -> Region | None:
        """The user's region, or the coarse model's; the whole scan if there is neither."""
        if roi is not None:
            return Region(inside_scan(roi, scan.grid))
        stage = self.model.manifest.region
        if stage is None or self.region_model is None or self.region_network is None:
            return Region(PatientBox.of_grid(scan.grid))
        steps.start(FIND)
        coarse = self.region_model.manifest
        grid = patient_grid(scan.grid, coarse.spacing_mm)
        stack = windowed_on_grid(scan, coarse.window, grid)
        array = runner.probability(self.region_network, stack.array, steps.advance)
        probability = stack.with_array(array)
        return find_region(
            probability, coarse.combination.threshold, stage.margin_mm, stage.least_mm
        )

    def _seen(self, scan: Volume, box: PatientBox, runner: StackRunner, steps: Steps) -> Seen:
        """What the fine model sees, on the part of its grid that holds the region.

        With several views, or models to average with, all of them combined.
        """
        steps.start(CNN)
        region, *inputs = _inputs(scan, box, self.models)
        # The first model's first view comes last, so that the recurrence, if any, ends the work.
        parts = [
            (model, network, volume, view)
            for model, network, volume in zip(self.models, self.networks, inputs, strict=True)
            for view in model.manifest.views
        ][::-1]
        probabilities: list[np.ndarray] = []
        organs: dict[str, float] = {}
        for number, (model, network, volume, view) in enumerate(parts):
            stack = sliced(volume.array, view)
            maps = runner.maps(network, stack, steps.part(number, len(parts)))
            organs |= organs_hu(maps, volume, model.manifest)
            advance = None
            if network is self.networks[0] and network.refines:
                steps.start(RECURRENCE)
                advance = steps.advance
            array = unsliced(runner.refined(network, maps, advance), view)
            probabilities.append(on_grid(volume.with_array(array), region.grid))
        return Seen(combined(probabilities, region, self.model.manifest.combination), organs)

    def _segmentation(
        self,
        scan: Volume,
        region: Region | None,
        seen: Seen,
        runner: StackRunner,
        steps: Steps,
        keep_probability: bool,
    ) -> Segmentation:
        """Cut, judge, measure, report; the mask is empty where there is no region."""
        manifest = self.model.manifest
        found = cut(seen.probability, scan.grid, manifest.combination)
        judgement = judge(scan, region, found, manifest, seen.organs_hu)
        measured = measure(scan, found.mask, found.box)
        kept = self._calibrated(found, scan.grid) if keep_probability else None
        steps.finish()
        region_model = self.region_model if FIND in steps.seconds else None
        models = (self.models, region_model)
        return Segmentation(
            mask=placed(found.mask.astype(np.uint8), found.box, scan.grid),
            probability=kept,
            report=make_report(measured, judgement, region, models, runner, steps.seconds),
        )

    def _calibrated(self, found: Cut, grid: Grid) -> Volume:
        curve = self.model.manifest.calibration
        probability = calibrated(found.probability, curve) if curve else found.probability
        return placed(probability, found.box, grid)


def _inputs(scan: Volume, box: PatientBox, models: Sequence[Model]) -> list[Volume]:
    """`box` on the first model's grid, then what each model sees, on its own grid, in its window.

    That holds `box`, and the model's field of view about its centre. Alike ones are made once.
    """
    made: dict[tuple[Any, ...], Volume] = {}
    first = models[0].manifest
    kinds = [(first.spacing_mm, first.window, (0.0, 0.0, 0.0))]
    for model in models:
        its = model.manifest
        kinds.append((its.spacing_mm, its.window, its.field_of_view_mm))
    for spacing_mm, window, field_mm in kinds:
        if (spacing_mm, window, field_mm) not in made:
            grid = region_grid(box.at_least(field_mm), patient_grid(scan.grid, spacing_mm))
            made[spacing_mm, window, field_mm] = windowed_on_grid(scan, window, grid)
    return [made[kind] for kind in kinds]


def _load(model: Model) -> Network:
    return folded(load_weights(model.manifest, model.folder))


def segment(
    job: Job,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Segmentation:
    """Do one whole job; the rest as `Segmenter` and its `segment`."""
    segmenter = Segmenter(job.model, job.device)
    return segmenter.segment(job.scan, job.region, progress, cancelled, job.keep_probability)
