"""What the models of a cross-validation did on the scans they never saw, and where they failed.

    .venv/bin/python Resources/experiments/accuracy/measure.py \\
        --folds runs/accuracy --scans ../shared/data/ct_volumes \\
        --output Resources/experiments/accuracy/analysis.json [--sheets runs/accuracy/sheets]
        [--models views64-ct unet32-ct multiview-ct]

For every scan, the models of its fold segment it whole. All amounts are in ml on the
scan's own grid. What the output already has of other models stays. The sheets show the scans and
are never committed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from folds import curve_of, read_pair

from PancreasSegLib.metrics.overlap import dice, jaccard
from PancreasSegLib.metrics.reliability import Curve, calibrated, reliability
from PancreasSegLib.models import Manifest
from PancreasSegLib.rendering.overlay import slice_overlay
from PancreasSegLib.segmenter.components import large_components
from PancreasSegLib.segmenter.input_grid import onto_input_grid, placed
from PancreasSegLib.segmenter.judgement import expected_dice
from PancreasSegLib.segmenter.report import Report
from PancreasSegLib.segmenter.result_warnings import agreement_warnings, doubt_warnings
from PancreasSegLib.segmenter.segmentation import Segmentation
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.training.proof.held_out import inside_region, share_inside
from PancreasSegLib.volume import Volume, patient_grid, read_volume, resample
from PancreasSegLib.volume.box import Box

MODELS = (
    "jac64-ct",
    "rnn64-ct",
    "views64-ct",
    "unet32-ct",
    "unet3d-ct",
    "fast-ct",
    "multiview-ct",
)
ORGANS = ("aorta", "left kidney", "right kidney", "gallbladder", "liver", "", "spleen", "stomach")
THRESHOLDS = [round(0.05 * step, 2) for step in range(1, 20)]
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 1.0)
"""Components of at least this share of the largest are kept."""
NEAR_MM = 5.0
"""Nearer to the reference than this, a false positive is a matter of where the border is drawn."""


def main() -> None:
    """Measure every scan of every fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--models", nargs="+", default=MODELS)
    arguments = parser.parse_args()
    models, output = arguments.models, arguments.output
    cases = measured_before(output)
    folds = sorted(arguments.folds.glob("fold-*/models"))
    for folder in folds:
        segmenters = {name: Segmenter(folder / f"{name}.json") for name in models}
        curves = {
            name: curve_of(name, [fold for fold in folds if fold != folder]) for name in models
        }
        for name in Manifest.from_file(folder / f"{models[0]}.json").training["held_out_scans"]:
            record = measure_case(arguments.scans, name, segmenters, curves, arguments.sheets)
            cases[name] = cases.get(name, {}) | record
            print(name, *(f"{model} {record[model]['dice']:.3f}" for model in models), flush=True)
    text = json.dumps(dict(sorted(cases.items())), indent=1)
    output.write_text(text + "\n", encoding="utf-8")


def measured_before(output: Path) -> dict[str, Any]:
    """Every scan's record so far; of models, too, that are not measured again."""
    return json.loads(output.read_text(encoding="utf-8")) if output.is_file() else {}


def measure_case(
    scans: Path,
    name: str,
    segmenters: dict[str, Segmenter],
    curves: dict[str, Curve],
    sheets: Path | None,
) -> dict[str, Any]:
    """What every model did on one scan, and what the model grid alone costs."""
    scan, reference = read_pair(scans, name)
    organs = np.rint(read_volume(scans / f"{name}_organs.nii.gz").array).astype(np.uint8)
    spacing = next(iter(segmenters.values())).model.manifest.spacing_mm
    record: dict[str, Any] = {"ceiling": round(ceiling(reference, spacing), 4)}
    for model, segmenter in segmenters.items():
        result = segmenter.segment(scan, keep_probability=True)
        record[model] = measure(result, reference, organs, segmenter.model.manifest, curves[model])
        if sheets is not None:
            sheets.mkdir(parents=True, exist_ok=True)
            title = f"{name} {model} DSC {record[model]['dice']:.3f}"
            path = sheets / f"{name}-{model}.png"
            slice_overlay(scan, result.mask, path, reference, title)
    return record


def ceiling(reference: Volume, spacing_mm: tuple[float, float, float]) -> float:
    """The Dice of the reference itself after the way to the model grid and back."""
    grid = patient_grid(reference.grid, spacing_mm)
    on_model_grid = resample(reference, grid, outside=0.0).array >= 0.5
    part, box = onto_input_grid(
        Volume(on_model_grid.astype(np.float32), grid.affine), reference.grid
    )
    back = placed((part > 0.5).astype(np.uint8), box, reference.grid)
    return dice(back.array, reference.array)


def measure(
    result: Segmentation, reference: Volume, organs: np.ndarray, manifest: Manifest, curve: Curve
) -> dict[str, Any]:
    """Overlap, calibration, warnings and errors of one result."""
    assert result.probability is not None  # and not calibrated: a fold's model knows no curve
    mask, truth = result.mask.array > 0, reference.array > 0
    probability, report = result.probability.array, result.report
    likely = calibrated(probability, curve)
    expected = expected_dice(likely, mask) if manifest.combination.averaged_with else None
    return {
        "dice": round(dice(mask, truth), 4),
        "jaccard": round(jaccard(mask, truth), 4),
        "dice_of_components": dice_of_components(
            probability > manifest.combination.threshold, truth
        ),
        "found_ml": round(report.volume_ml, 1),
        "reference_ml": round(float(truth.sum()) * reference.grid.voxel_ml, 1),
        "warnings": warnings_of(report, expected),
        "share_inside_region": round(share_inside(reference, report.region), 4),
        "missed_ml": missed(mask, reference, report.region),
        "wrong_ml": wrong(mask, reference, organs),
        "slices": slices(mask, truth),
        "dice_at": dice_at_thresholds(probability, truth, manifest.combination.least_component),
        "agreement": report.agreement,
        "expected_dice": expected,
        "raw": calibration(probability, probability, truth),
        "calibrated": calibration(probability, likely, truth),
    }


def warnings_of(report: Report, expected: float | None) -> list[str]:
    """The report's, and that of what is expected: the fold's model could not tell that."""
    others = [told for told in report.warnings if told not in agreement_warnings(report.agreement)]
    return others + doubt_warnings(expected, report.agreement)


def dice_at_thresholds(probability: np.ndarray, truth: np.ndarray, share: float) -> list[float]:
    """The Dice at each of THRESHOLDS, components chosen as the model does."""
    box = Box.of((probability > THRESHOLDS[0]) | truth)
    assert box is not None  # no reference is empty
    p, y = probability[box.slices], truth[box.slices]
    return [round(dice(large_components(p > threshold, share), y), 4) for threshold in THRESHOLDS]


def dice_of_components(found: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """The Dice for each of SHARES."""
    box = Box.of(found | truth)
    assert box is not None  # no reference is empty
    x, y = found[box.slices], truth[box.slices]
    return {str(share): round(dice(large_components(x, share), y), 4) for share in SHARES}


def missed(mask: np.ndarray, reference: Volume, region: dict[str, Any] | None) -> dict[str, float]:
    """What of the reference was not found, by the first stage that lost it."""
    lost = (reference.array > 0) & ~mask
    inside = inside_region(lost, reference.grid, region)
    empty = ~mask.any(axis=(1, 2), keepdims=True)
    voxels = {
        "outside the region": lost & ~inside,
        "slices without any result": lost & inside & empty,
        "in slices with a result": lost & inside & ~empty,
    }
    return {what: ml(array, reference) for what, array in voxels.items()}


def ml(voxels: np.ndarray, reference: Volume) -> float:
    """The volume of the `voxels`."""
    return round(float(voxels.sum()) * reference.grid.voxel_ml, 2)


def wrong(mask: np.ndarray, reference: Volume, organs: np.ndarray) -> dict[str, float]:
    """What was taken for pancreas: near its border, another labelled organ, or something else."""
    truth = reference.array > 0
    found = mask & ~truth
    near = distance_mm(reference) <= NEAR_MM
    voxels = {f"within {NEAR_MM:g} mm of the pancreas": found & near}
    for label, organ in enumerate(ORGANS, start=1):
        if organ:
            voxels[organ] = found & ~near & (organs == label)
    other = np.isin(organs, [0, ORGANS.index("") + 1])
    voxels["unlabelled (bowel, vessels, fat)"] = found & ~near & other
    return {what: ml(array, reference) for what, array in voxels.items()}


def distance_mm(reference: Volume) -> np.ndarray:
    """The distance of every voxel from the reference; 0 inside it."""
    image = sitk.GetImageFromArray((reference.array > 0).astype(np.uint8))
    image.SetSpacing(reference.grid.spacing.tolist())
    away = sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=True)
    return np.maximum(sitk.GetArrayFromImage(away), 0)


def slices(mask: np.ndarray, truth: np.ndarray) -> list[list[int]]:
    """Pixels in both, in the result and in the reference, of every slice that has any."""
    counts = np.stack([a.sum(axis=(1, 2)) for a in (mask & truth, mask, truth)], axis=1)
    return [[int(count) for count in row] for row in counts if row[1] or row[2]]


def calibration(raw: np.ndarray, probability: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """The counts of a reliability diagram; Brier score, and how far off the probability is.

    The latter two: over the voxels with a `raw` probability of 0.01 and more, since the others are
    most of a scan. So they know nothing of what was missed with such certainty, or lies outside
    the region. Off: in each bin, the difference of mean probability and share, weighted by voxels.
    """
    p, y = probability[raw >= 0.01].astype(np.float64), truth[raw >= 0.01]
    counted = reliability(p, y)
    difference = np.subtract(counted["sum_of_probability"], counted["pancreas"])
    told = {
        "brier": round(float(((p - y) ** 2).mean()), 4) if p.size else None,
        "off": round(float(np.abs(difference).sum() / p.size), 4) if p.size else None,
    }
    return told | reliability(probability, truth)


if __name__ == "__main__":
    main()
