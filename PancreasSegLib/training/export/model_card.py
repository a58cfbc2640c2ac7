"""The model card: what a model is, what it was trained on, what it was measured at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.metrics.reliability import calibrated
from PancreasSegLib.models.catalogue import Model
from PancreasSegLib.models.manifest import Manifest, Millimetres
from PancreasSegLib.models.seen import Seen, seen_by
from PancreasSegLib.networks import build_network
from PancreasSegLib.training.export.measured_table import measured_table

CARD = """# {name}: {title}

**For research, not for diagnosis.** {licence}

| | |
|---|---|
| network | {network} |
| input | {seen} on a {spacing} mm grid (x, y, z), {modality}, window {window} |
| region | {region} |
| probability | {probability} |
| weights | `{weights}`, half precision, SHA-256 `{sha256}` |

## Trained on
{training}

## Measured
{measured}

Made by `pancreasseg train` from the configuration *{configuration}* (see `Resources/experiments`).
"""
SELECTION = """
Dice in the lines above is that of the selection: inside a window around the reference, on the
training grid, without the coarse stage; after the refit, of scans that were trained on by then. It
is no measure of what the model reaches: see below."""


def write_model_card(manifest: Manifest, path: Path) -> None:
    """Write the card of `manifest`, which lies beside `path`, as Markdown.

    Raises `WeightsError` where a model that it works with is missing.
    """
    low, high = manifest.window.low, manifest.window.high
    unit = "HU" if manifest.window.kind == "hu" else "percentiles of the body"
    card = CARD.format(
        name=manifest.name,
        title=manifest.title,
        licence=manifest.licence,
        network=_network(manifest),
        seen=_seen(manifest),
        spacing=_extent(manifest.spacing_mm),
        modality=manifest.modality,
        window=f"{low:g} to {high:g} {unit}",
        region=_region(manifest),
        probability=_probability(manifest),
        weights=manifest.weights,
        sha256=manifest.sha256,
        training=_training(manifest.training, seen_by(Model(manifest, path.parent))),
        measured=_measured(manifest),
        configuration=manifest.training["configuration"],
    )
    with atomic_file(path) as unfinished:
        unfinished.write_text(card, encoding="utf-8", newline="\n")


def in_words(parts: Sequence[str]) -> str:
    """ "a, b and c" for three parts, "a" for one."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _seen(manifest: Manifest) -> str:
    """What the network is given at a time."""
    if build_network(manifest.network).context is None:
        if any(manifest.field_of_view_mm):
            extent = _extent(manifest.field_of_view_mm)
            return f"the whole region at once, {extent} mm about its centre at least"
        return "the whole region at once"
    return f"{in_words(manifest.views)} slices"


def _network(manifest: Manifest) -> str:
    network = ", ".join(f"{key} {value}" for key, value in manifest.network.items())
    combination = manifest.combination
    if not combination.averaged_with:
        return network
    others = in_words([f"`{name}`" for name in combination.averaged_with])
    average = f"the voxel-wise {combination.averaged_by} of it and of every view of {others}"
    return f"{network}; {average}, trained and measured separately (see the cards)"


def _region(manifest: Manifest) -> str:
    if manifest.region is None:
        return "the whole scan"
    margin = _extent(manifest.region.margin_mm)
    found = f"found by `{manifest.region.model}`, grown by {margin} mm on both sides"
    if not any(manifest.region.least_mm):
        return found
    return f"{found}, {_extent(manifest.region.least_mm)} mm at least"


def _extent(lengths_mm: Millimetres) -> str:
    return " x ".join(f"{length:g}" for length in lengths_mm)


def _probability(manifest: Manifest) -> str:
    sigma, threshold = manifest.combination.smoothing_mm, manifest.combination.threshold
    steps = [f"smoothed by a Gaussian of {sigma:g} mm"] if sigma else []
    if manifest.combination.intensity_likelihood:
        steps.append("weighed by the scan's own grey values")
    if not manifest.calibration:
        return f"{', '.join([*steps, 'not calibrated'])}; above {threshold:g} is mask"
    threshold = calibrated(np.array([threshold]), manifest.calibration)[0]
    return f"{', '.join([*steps, 'calibrated by cross-validation'])}; above {threshold:.2f} is mask"


def _training(training: dict[str, Any], seen: Seen) -> str:
    setup = training["setup"]
    scans, drawn_from = training["training_scans"], setup["data"].get("drawn_from", [])
    drawn = f", of {' and '.join(drawn_from)}, their grey values drawn anew" if drawn_from else ""
    held_out = [*training["held_out_scans"], *training.get("held_out_patients", [])]
    lines = [
        f"- {len(scans)} scans{drawn}: {', '.join(scans) or 'none'}",
        *_training_only(training),
        f"- {training['loose_slices']} loose slices",
        f"- held out: {', '.join(held_out) or 'none'}",
    ]
    selected_by = training["validation_scans"]
    if selected_by:
        selecting = ", ".join(selected_by)
        lines.append(f"- {len(selected_by)} scans to select by, trained on afterwards: {selecting}")
    names = f": {', '.join(sorted(seen.scans))}" if seen.scans else ""
    lines.append(
        f"- seen, with all that it starts from and works with: {len(seen.scans)} scans{names}; "
        f"loose slices of {len(seen.patients)} patients"
    )
    if setup["starts_from"] is not None:
        lines.append(f"- starts from the weights of `{setup['starts_from']['model']}`")
    for stage, outcome in training["outcome"].items():
        recipe = setup["recipes"][stage] | outcome
        lines.append(f"- {stage}: {_entries(recipe)}{_refit_outcome(recipe)}")
    if selected_by:
        lines.append(SELECTION)
    return "\n".join(lines)


def _training_only(training: dict[str, Any]) -> list[str]:
    scans = training.get("training_only_scans", [])
    return [f"- {len(scans)} scans for training only: {', '.join(scans)}"] if scans else []


def _entries(recipe: dict[str, Any]) -> str:
    unused = () if recipe["refit_steps"] else ("refit_steps", "refit_learning_rate")
    used = {key: value for key, value in recipe.items() if value is not None and key not in unused}
    return ", ".join(f"{key} {value}" for key, value in used.items())


def _refit_outcome(recipe: dict[str, Any]) -> str:
    if "refit_dice" not in recipe:
        return ""
    reached = recipe["refit_dice"] >= recipe["training_dice_to_reach"]
    return "; the refit reached Acc_t" if reached else "; the refit did not reach Acc_t"


def _measured(manifest: Manifest) -> str:
    measured = manifest.measured
    if not measured:
        return _why_not_measured(manifest)
    return f"{measured['what']}:\n\n{measured_table(measured)}"


def _why_not_measured(manifest: Manifest) -> str:
    if manifest.task == "region":
        return "Measured together with the models that work inside the region."
    if not manifest.training["held_out_scans"]:
        return "Not measured: no scan was held out."
    return "Not measured yet."
