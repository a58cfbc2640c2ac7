"""What the scripts beside this file share: the folds' scans and models, how results are told."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from PancreasSegLib.metrics.reliability import Curve, calibration_curve
from PancreasSegLib.models import Manifest
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume import Volume, read_mask, read_volume


def held_out(manifest: Manifest, scans: Path) -> Iterator[tuple[str, Volume, Volume]]:
    """Name, scan and reference of each scan that the model never saw."""
    for name in manifest.training["held_out_scans"]:
        yield name, *read_pair(scans, name)


def read_pair(scans: Path, name: str) -> tuple[Volume, Volume]:
    """A scan and its reference."""
    return read_volume(scans / f"{name}.nii.gz"), read_mask(scans / f"{name}_pancreas.nii.gz")


def changed(path: Path, changes: dict[str, Any]) -> Segmenter:
    """The segmenter of a fold's manifest `path` with `changes` in it, or in its combination."""
    # There, where the fold's own models are found.
    variant = path.with_name(f"variant-{os.getpid()}.json")
    manifest = Manifest.from_file(path)
    known = {field.name for field in dataclasses.fields(manifest)}
    of_combination = {name: value for name, value in changes.items() if name not in known}
    combination = dataclasses.replace(manifest.combination, **of_combination)
    of_manifest = {name: value for name, value in changes.items() if name in known}
    dataclasses.replace(manifest, combination=combination, **of_manifest).to_file(variant)
    try:
        return Segmenter(variant)
    finally:
        variant.unlink()


def curve_of(model: str, folds: list[Path]) -> Curve:
    """What calibrates `model`, by the scans of `folds` alone."""
    manifests = [Manifest.from_file(models / f"{model}.json") for models in folds]
    cases = [case for manifest in manifests for case in manifest.measured["cases"].values()]
    return calibration_curve([case["reliability"] for case in cases])


def print_row(name: str, numbers: Sequence[float]) -> None:
    """One line of results, at once."""
    print(f"{name:7}", *(f"{number:.3f}" for number in numbers), flush=True)


def gain_in_words(gains: np.ndarray) -> str:
    """The mean of one difference a scan, and its standard error."""
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    return f"{gains.mean():+.3f}, standard error {error:.3f} over the scans"
