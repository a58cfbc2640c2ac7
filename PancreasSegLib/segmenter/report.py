"""The report on a segmentation: what came out, by which means, and what to be careful about.

Nothing of the scan's header goes into it.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import SimpleITK as sitk
import torch

from PancreasSegLib.models.catalogue import Model
from PancreasSegLib.segmenter.judgement import Judgement
from PancreasSegLib.segmenter.measurements import Measurements
from PancreasSegLib.segmenter.notice import NOTICE
from PancreasSegLib.segmenter.region import Region
from PancreasSegLib.segmenter.result_warnings import volume_warnings
from PancreasSegLib.segmenter.stack_runner import StackRunner
from PancreasSegLib.version import __version__


@dataclass(frozen=True)
class Report:
    """JSON-ready by `as_dict`.

    found: False if no pancreas was found; the measurements are then 0 or None.
    intensity_unit: of mean and standard deviation inside the mask: "HU" (CT) or "grey value".
    agreement, expected_dice: as in `Judgement`.
    region: where the fine model looked, LPS mm; the whole scan's box where it looked
        everywhere, None where no region was found.
    model, region_model: name, weights_sha256, settings_sha256 (see `Manifest`), licence;
    averaged_with: those of the models whose probabilities were averaged with the model's.
    rung: of the memory ladder, see `StackRunner`. seconds: per step.
    """

    found: bool
    volume_ml: float
    intensity_mean: float | None
    intensity_sd: float | None
    intensity_unit: str
    extent_mm: dict[str, float]
    slices: int
    agreement: float | None
    expected_dice: float | None
    warnings: list[str]
    region: dict[str, Any] | None
    model: dict[str, str]
    averaged_with: list[dict[str, str]]
    region_model: dict[str, str] | None
    device: str
    precision: str
    slices_at_once: int
    rung: str
    versions: dict[str, str]
    seconds: dict[str, float]
    notice: str = NOTICE

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return dataclasses.asdict(self)


def make_report(
    measured: Measurements,
    judgement: Judgement,
    region: Region | None,
    models: tuple[Sequence[Model], Model | None],
    runner: StackRunner,
    seconds: dict[str, float],
) -> Report:
    """Gather the report; `models` are the fine ones and the region's, if that ran."""
    (model, *others), region_model = models
    return Report(
        found=measured.volume_ml > 0,
        **dataclasses.asdict(measured),
        intensity_unit="HU" if model.manifest.window.kind == "hu" else "grey value",
        agreement=judgement.agreement,
        expected_dice=judgement.expected_dice,
        warnings=judgement.warnings + volume_warnings(measured) + runner.notes,
        region=None if region is None else _where(region),
        model=_origin(model),
        averaged_with=[_origin(other) for other in others],
        region_model=None if region_model is None else _origin(region_model),
        device=str(runner.compute.device),
        precision=runner.compute.precision_name,
        slices_at_once=runner.slices_at_once,
        rung=runner.rung,
        versions={
            "PancreasSeg": __version__,
            "torch": str(torch.__version__),
            "SimpleITK": sitk.Version.VersionString(),
        },
        seconds={step: round(duration, 3) for step, duration in seconds.items()},
    )


def _origin(model: Model) -> dict[str, str]:
    return model.manifest.fingerprint | {"licence": model.manifest.licence}


def _where(region: Region) -> dict[str, Any]:
    return {
        "low_mm": list(region.box.low),
        "high_mm": list(region.box.high),
        "found_ml": region.found_ml,
    }
