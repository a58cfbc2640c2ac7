"""Measures the models of `mr_folds.py` on MR slices of patients that they have not seen.

    .venv/bin/python Resources/experiments/mri/mr_measure.py --folds runs/mri

Each slice is segmented as a scan of two equal slices, as the product would.
Beside it the false volume on a synthetic MR: the phantom in grey values drawn anew, of which the
slices without pancreas count. Writes `results.json` beside this file.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mr_folds import FOLDS, WAYS, folder_of, folds, mr_slices, name_of

from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.phantom import synthetic_ct
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.segmenter.window import windowed
from PancreasSegLib.training.data.cases import LooseSlice
from PancreasSegLib.training.data.contrasts import drawn_anew
from PancreasSegLib.training.data.picture import read_picture
from PancreasSegLib.training.data.tissues import CT_WINDOW
from PancreasSegLib.training.recipe.config import read_config
from PancreasSegLib.volume import Volume

HERE = Path(__file__).parent
PHANTOM_MM = (2.0, 2.0, 3.0)
PHANTOMS = 3


def main() -> None:
    """Measure every way whose models are all there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=Path, required=True)
    output = parser.parse_args().folds.resolve()
    results = {}
    for way in WAYS:
        numbers = [None] if way == "labels" else list(range(FOLDS))
        models = [folder_of(output, way, n) / "models" for n in numbers]
        manifests = [folder / f"{name_of(way)}.json" for folder in models]
        if all(manifest.is_file() for manifest in manifests):
            results[way] = measure_way(way, manifests)
    write_json(results, HERE / "results.json")


def measure_way(way: str, manifests: list[Path]) -> dict[str, Any]:
    """DSC of all slices by the models that did not see their patients; and the phantoms."""
    left_out: list[Any] = [None] if way == "labels" else list(folds())
    dice: dict[str, dict[str, float]] = defaultdict(dict)
    phantoms = []
    for manifest, patients in zip(manifests, left_out, strict=True):
        segmenter = Segmenter(str(manifest), "cpu")
        for item in mr_slices():
            if patients is None or item.patient in patients:
                dice[item.patient][item.name] = measure_slice(segmenter, item)
        phantoms.append([measure_phantom(segmenter, seed) for seed in range(PHANTOMS)])
    by_patient = {patient: statistics.mean(found.values()) for patient, found in dice.items()}
    kinds = {kind: [d for p, d in by_patient.items() if p.startswith(kind)] for kind in KINDS}
    result = {
        "mean_dice_by_patient": round(statistics.mean(by_patient.values()), 4),
        **{f"mean_dice_{kind}": round(statistics.mean(found), 4) for kind, found in kinds.items()},
        "patients": len(by_patient),
        "slices": dict(sorted((name, d) for found in dice.values() for name, d in found.items())),
        "phantoms": phantoms,
    }
    print(way, {key: value for key, value in result.items() if key.startswith("mean")}, flush=True)
    return result


KINDS = ("mrt1", "mrt2")
"""How the names of patients with T1- and T2-weighted slices begin."""


def measure_slice(segmenter: Segmenter, item: LooseSlice) -> float:
    """DSC of one slice."""
    config = read_config(HERE / "jac64-mr.toml")
    pixel = config.data.slices[0].spacing_mm
    affine = np.diag([pixel, pixel, config.data.spacing_mm[2], 1.0])
    picture = read_picture(item.image).astype(np.float32)
    mask = segmenter.segment(Volume(np.stack([picture, picture]), affine, "MR")).mask
    return _dice(mask.array[0] > 0, read_picture(item.reference) > 0)


def measure_phantom(segmenter: Segmenter, seed: int) -> dict[str, float]:
    """The false volume, in ml, on slices without pancreas, how many those are, and the DSC."""
    phantom = synthetic_ct(seed, PHANTOM_MM)
    image = windowed(phantom.image, (CT_WINDOW.low, CT_WINDOW.high))
    random = torch.Generator().manual_seed(seed)
    tissues = torch.from_numpy(phantom.organs.array).long()
    window = segmenter.model.manifest.window
    drawn = drawn_anew(torch.from_numpy(image.array), tissues, window, random).numpy()
    found = segmenter.segment(Volume(drawn, phantom.image.affine, "MR")).mask.array > 0
    truth = phantom.pancreas.array > 0
    without = ~truth.any(axis=(1, 2))
    voxel_ml = float(np.prod(PHANTOM_MM)) / 1000
    return {
        "false_ml": round(float(found[without].sum()) * voxel_ml, 2),
        "slices_without": int(without.sum()),
        "dice": _dice(found, truth),
    }


def _dice(found: np.ndarray, truth: np.ndarray) -> float:
    return round(2 * float((found & truth).sum()) / float(found.sum() + truth.sum()), 4)


if __name__ == "__main__":
    main()
