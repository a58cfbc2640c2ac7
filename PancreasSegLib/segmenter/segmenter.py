"""The way of a scan through the engine, from top to bottom."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from torch import nn

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.metrics.reliability import calibrated
from PancreasSegLib.models.catalogue import (
    Model,
    find_averaged_models,
    find_region_model,
)
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.segmenter.agreement import agreement_with
from PancreasSegLib.segmenter.checks import grey_value_warnings, refuse_unusable
from PancreasSegLib.segmenter.components import large_components
from PancreasSegLib.segmenter.device import choose_compute
from PancreasSegLib.segmenter.expected_dice import expected_dice
from PancreasSegLib.segmenter.folding import folded
from PancreasSegLib.segmenter.input_grid import NOWHERE, onto_input_grid, placed
from PancreasSegLib.segmenter.intensity_likelihood import weighed_by_intensity
from PancreasSegLib.segmenter.job import Job, find_segmenting_model, inside_scan
from PancreasSegLib.segmenter.measurements import measure
from PancreasSegLib.segmenter.memory import memory_failure_in_a_sentence
from PancreasSegLib.segmenter.progress import Progress, Steps
from PancreasSegLib.segmenter.region import Region, find_region, region_grid
from PancreasSegLib.segmenter.report import make_report
from PancreasSegLib.segmenter.result_warnings import (
    border_warnings,
    doubt_warnings,
    region_warnings,
    volume_warnings,
    wide_region_warnings,
)
from PancreasSegLib.segmenter.segmentation import Segmentation
from PancreasSegLib.segmenter.smoothing import smoothed
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

PUT_TOGETHER: dict[str, Callable[..., np.ndarray]] = {"mean": np.mean, "median": np.median}
"""For each of the manifest's `AVERAGES`, the function of several probabilities."""


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
        self.compute = choose_compute(device)
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
            refuse_unusable(volume, self.model.manifest)
            region = self._region(volume, roi, runner, steps)
            probability = None
            if region is not None:
                probability = self._probability(volume, region.box, runner, steps)
            steps.start(RETURN)
            return self._segmentation(volume, region, probability, runner, steps, keep_probability)

    def _shares(self, roi: PatientBox | None) -> dict[str, float]:
        shares = dict(SHARES)
        if roi is not None or self.region_model is None:
            del shares[FIND]
        if not isinstance(self.networks[0], RNN):
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
        return find_region(probability, coarse.threshold, stage.margin_mm, stage.least_mm)

    def _probability(
        self, scan: Volume, box: PatientBox, runner: StackRunner, steps: Steps
    ) -> Volume:
        """The fine model's probability, on the part of its grid that holds the region.

        With several views, or models to average with: the average of all. Smoothed and weighed by
        the grey values, where the model asks for that.
        """
        steps.start(CNN)
        grid = region_grid(box, self._model_grid(scan.grid))
        volume = windowed_on_grid(scan, self.model.manifest.window, grid)
        # The first model's first view comes last, so that the recurrence, if any, ends the work.
        parts = [
            (network, view)
            for model, network in zip(self.models, self.networks, strict=True)
            for view in model.manifest.views
        ][::-1]
        probabilities = []
        for number, (network, view) in enumerate(parts):
            advance = steps.part(number, len(parts))
            if network is self.networks[0] and isinstance(network, RNN):
                maps = runner.maps(network, sliced(volume.array, view), advance)
                steps.start(RECURRENCE)
                probability = runner.refined(network, maps, steps.advance)
            else:
                probability = runner.probability(network, sliced(volume.array, view), advance)
            probabilities.append(unsliced(probability, view))
        average = PUT_TOGETHER[self.model.manifest.averaged_by](probabilities, axis=0)
        return self._smoothed_and_weighed(volume.with_array(average), volume)

    def _smoothed_and_weighed(self, probability: Volume, volume: Volume) -> Volume:
        manifest = self.model.manifest
        if manifest.smoothing_mm > 0:
            probability = smoothed(probability, manifest.smoothing_mm)
        if manifest.intensity_likelihood:
            probability = weighed_by_intensity(probability, volume)
        return probability

    def _segmentation(
        self,
        scan: Volume,
        region: Region | None,
        probability: Volume | None,
        runner: StackRunner,
        steps: Steps,
        keep_probability: bool,
    ) -> Segmentation:
        """Threshold on the input's grid, measure, report; an empty mask if there is no region."""
        part, box = np.zeros(NOWHERE.shape, dtype=np.float32), NOWHERE
        warnings = grey_value_warnings(scan, self.model.manifest)
        agreement = expected = None
        if region is not None and probability is not None:
            part, box = onto_input_grid(probability, scan.grid)
            found = probability.with_array(self._mask(probability.array))
            agreement = agreement_with(region.probability, found)
            warnings += region_warnings(found.array, found.grid, self._model_grid(scan.grid))
            expected = self._expected_dice(probability.array, found.array)
            warnings += doubt_warnings(expected, agreement)
        if region is not None and self.region_model is not None and region.found_ml is None:
            warnings += wide_region_warnings(region.box)  # the user's, not the coarse model's
        mask = self._mask(part)
        measured = measure(scan, mask, box)
        warnings += border_warnings(mask, box, scan.grid) + volume_warnings(measured)
        kept = placed(self._calibrated(part), box, scan.grid) if keep_probability else None
        steps.finish()
        region_model = self.region_model if FIND in steps.seconds else None
        models = (self.models, region_model)
        return Segmentation(
            mask=placed(mask.astype(np.uint8), box, scan.grid),
            probability=kept,
            report=make_report(
                measured, agreement, expected, warnings, region, models, runner, steps.seconds
            ),
        )

    def _model_grid(self, grid: Grid) -> Grid:
        return patient_grid(grid, self.model.manifest.spacing_mm)

    def _calibrated(self, probability: np.ndarray) -> np.ndarray:
        curve = self.model.manifest.calibration
        return calibrated(probability, curve) if curve else probability

    def _expected_dice(self, probability: np.ndarray, mask: np.ndarray) -> float | None:
        """Of a calibrated average of several networks; one alone is too sure of itself."""
        if len(self.models) == 1 or not self.model.manifest.calibration:
            return None
        return expected_dice(self._calibrated(probability), mask)

    def _mask(self, probability: np.ndarray) -> np.ndarray:
        mask = probability > self.model.manifest.threshold
        return large_components(mask, self.model.manifest.least_component)


def _load(model: Model) -> nn.Module:
    return folded(load_weights(model.manifest, model.folder))


def segment(
    job: Job,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Segmentation:
    """Do one whole job; the rest as `Segmenter` and its `segment`."""
    segmenter = Segmenter(job.model, job.device)
    return segmenter.segment(job.scan, job.region, progress, cancelled, job.keep_probability)
