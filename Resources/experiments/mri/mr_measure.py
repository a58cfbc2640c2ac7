"""Measures the models of `mr_folds.py` on MR slices of patients that they have not seen.

    .venv/bin/python Resources/experiments/mri/mr_measure.py --folds runs/mri

Each slice is segmented as a scan of two equal slices. Beside it the false volume on a synthetic MR:
the phantom in grey values drawn anew, of which the slices without pancreas count. Writes
`results.json` beside this file, and the table of README.md.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mr_folds import CONFIGURATION, FOLDS, WAYS, folder_of, folds, mr_slices, name_of
from mr_table import write_table

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models.manifest import Window
from PancreasSegLib.phantom import SyntheticScan, synthetic_ct
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.segmenter.window import windowed
from PancreasSegLib.training.data.cases import LooseSlice
from PancreasSegLib.training.data.contrasts import drawn_anew
from PancreasSegLib.training.data.picture import read_picture
from PancreasSegLib.training.data.tissues import CT_WINDOW, tissues
from PancreasSegLib.training.recipe.config import read_config
from PancreasSegLib.volume import Volume

HERE = Path(__file__).parent
KINDS = ("mrt1", "mrt2")
"""How the names of patients with T1- and T2-weighted slices begin."""

PHANTOM_MM = (2.0, 2.0, 3.0)
PHANTOMS = 3


def main() -> None:
    """Measure all ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=Path, required=True)
    output = parser.parse_args().folds.resolve()
    models = {way: manifests_of(output, way) for way in WAYS}
    write_json({way: measure_way(way, models[way]) for way in WAYS}, HERE / "results.json")
    write_table()


def manifests_of(output: Path, way: str) -> list[Path]:
    """That of each fold. Raises `InputError` where one is missing."""
    numbers = [None] if way == "labels" else range(FOLDS)
    models = [folder_of(output, way, number) / "models" for number in numbers]
    manifests = [folder / f"{name_of(way)}.json" for folder in models]
    for manifest in manifests:
        if not manifest.is_file():
            raise InputError(f"There is no {manifest}; run mr_folds.py with the same --output.")
    return manifests


def measure_way(way: str, manifests: list[Path]) -> dict[str, Any]:
    """DSC of all slices by the models that did not see their patients; and the phantoms."""
    left_out: list[Any] = [None] if way == "labels" else list(folds())
    found: dict[str, dict[str, float]] = defaultdict(dict)
    phantoms = []
    items, pixel_mm = mr_slices(), read_config(CONFIGURATION).data.slices[0].spacing_mm
    for manifest, patients in zip(manifests, left_out, strict=True):
        segmenter = Segmenter(str(manifest), "cpu")
        for item in items:
            if patients is None or item.patient in patients:
                found[item.patient][item.name] = measure_slice(segmenter, item, pixel_mm)
        phantoms.append([measure_phantom(segmenter, seed) for seed in range(PHANTOMS)])
    by_patient = {patient: statistics.mean(slices.values()) for patient, slices in found.items()}
    kinds = {kind: [d for p, d in by_patient.items() if p.startswith(kind)] for kind in KINDS}
    result = {
        "mean_dice_by_patient": round(statistics.mean(by_patient.values()), 4),
        **{f"mean_dice_{kind}": round(statistics.mean(of), 4) for kind, of in kinds.items()},
        "patients": {kind: len(of) for kind, of in kinds.items()},
        "slices": dict(sorted((name, d) for of in found.values() for name, d in of.items())),
        "phantoms": phantoms,
    }
    print(way, {key: value for key, value in result.items() if key.startswith("mean")}, flush=True)
    return result


def measure_slice(segmenter: Segmenter, item: LooseSlice, pixel_mm: float) -> float:
    """DSC of one slice."""
    affine = np.diag([pixel_mm, pixel_mm, segmenter.model.manifest.spacing_mm[2], 1.0])
    picture = read_picture(item.image).astype(np.float32)
    mask = segmenter.segment(Volume(np.stack([picture, picture]), affine, "MR")).mask
    return round(dice(mask.array[0], read_picture(item.reference)), 4)


def measure_phantom(segmenter: Segmenter, seed: int) -> dict[str, float]:
    """The false volume, in ml, on slices without pancreas, how many those are, and the DSC."""
    phantom = synthetic_ct(seed, PHANTOM_MM)
    found = segmenter.segment(synthetic_mr(phantom, segmenter.model.manifest.window, seed)).mask
    without = ~(phantom.pancreas.array > 0).any(axis=(1, 2))
    voxel_ml = float(np.prod(PHANTOM_MM)) / 1000
    return {
        "false_ml": round(np.count_nonzero(found.array[without]) * voxel_ml, 2),
        "slices_without": int(without.sum()),
        "dice": round(dice(found.array, phantom.pancreas.array), 4),
    }


def synthetic_mr(phantom: SyntheticScan, window: Window, seed: int) -> Volume:
    """The phantom in other grey values, drawn from its tissues as those of the training are."""
    image = windowed(phantom.image, (CT_WINDOW.low, CT_WINDOW.high)).array
    grey = np.rint(image * 255).astype(np.uint8)
    labels = torch.from_numpy(tissues(grey, phantom.organs.array)).long()
    random = torch.Generator().manual_seed(seed)
    drawn = drawn_anew(torch.from_numpy(image), labels, window, random)
    return Volume(drawn.numpy(), phantom.image.affine, "MR")


if __name__ == "__main__":
    main()
