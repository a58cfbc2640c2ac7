"""The paper's ladder for one scan: superpixels at best, candidates, P(x), G(P(x))."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from PancreasSegLib.models.catalogue import Model, find_model, find_region_model
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks import Superpixels
from PancreasSegLib.networks.cbr_block import folded
from PancreasSegLib.networks.network import Network
from PancreasSegLib.segmenter.device import cpu_compute
from PancreasSegLib.segmenter.intensity_likelihood import weighed_by_intensity
from PancreasSegLib.segmenter.region import find_region, region_grid
from PancreasSegLib.segmenter.smoothing import smoothed
from PancreasSegLib.segmenter.stack_runner import StackRunner
from PancreasSegLib.segmenter.window import windowed_on_grid
from PancreasSegLib.superpixels.statistics import count_of, mean_of
from PancreasSegLib.training.superpixels.regions import PANCREAS
from PancreasSegLib.volume import Volume, patient_grid, read_mask, read_volume, resample

THRESHOLDS = [round(0.05 * step, 2) for step in range(1, 20)]
SIGMAS_MM = (2.0, 3.0, 4.0, 5.0)
SIGMA_VOXELS = 3.0


class Ladder:
    """Measures scans with one model, and the coarse model that it works with."""

    def __init__(self, manifest: Path) -> None:
        self.model = find_model(manifest)
        self.network = _loaded(self.model)
        coarse = find_region_model(self.model)
        assert coarse is not None and isinstance(self.network, Superpixels)
        self.coarse, self.coarse_network = coarse, _loaded(coarse)

    def measure(self, image: Path, reference: Path) -> dict[str, Any]:
        """DSC on the model's grid (1 x 1 x 3 mm), the pancreas beyond the region as missed."""
        scan, mask = read_volume(image), read_mask(reference)
        stack = self.region(scan)
        whole = patient_grid(scan.grid, self.model.manifest.spacing_mm)
        pancreas = float((resample(mask, whole, outside=0.0).array >= 0.5).sum())
        truth = resample(mask, stack.grid, outside=0.0).array >= 0.5
        labels, kept, forest, judged = self.judged(stack)
        share = mean_of(labels, torch.from_numpy(truth.astype(np.float32)))
        chosen = torch.zeros(count_of(labels), dtype=torch.bool)
        chosen[kept] = True
        candidates = chosen[labels].numpy()
        return {
            "inside_region": float(truth.sum()) / pancreas,
            "superpixels": count_of(labels),
            "candidates": len(kept),
            "optimal": dice((share > PANCREAS)[labels].numpy(), truth, pancreas),
            "candidate_dice": dice(candidates, truth, pancreas),
            "sensitivity": float((candidates & truth).sum()) / pancreas,
            "curves": {
                name: [round(dice(p > t, truth, pancreas), 4) for t in THRESHOLDS]
                for name, p in self.probabilities(stack, labels, kept, forest, judged).items()
            },
        }

    def region(self, scan: Volume) -> Volume:
        """The part of the model's grid that its coarse model finds, windowed."""
        coarse, stage = self.coarse.manifest, self.model.manifest.region
        assert stage is not None
        seen = windowed_on_grid(scan, coarse.window, patient_grid(scan.grid, coarse.spacing_mm))
        array = StackRunner(cpu_compute()).probability(self.coarse_network, seen.array)
        region = find_region(
            seen.with_array(array), coarse.combination.threshold, stage.margin_mm, stage.least_mm
        )
        assert region is not None
        grid = region_grid(region.box, patient_grid(scan.grid, self.model.manifest.spacing_mm))
        return windowed_on_grid(scan, self.model.manifest.window, grid)

    def judged(self, stack: Volume) -> tuple[torch.Tensor, ...]:
        """Labels (S, H, W), candidates (m,), what the cascade says of them (m,) and the ConvNet
        (m, scales).
        """
        network = self.network
        assert isinstance(network, Superpixels)
        slices = torch.from_numpy(stack.array)
        with torch.inference_mode():
            labels = network.labels(slices)
            forest = network.cascade.probability(slices, labels)
            kept = torch.nonzero(forest > network.cascade.least).flatten()
            return labels, kept, forest[kept], network.judged(slices, labels, kept)

    def probabilities(
        self,
        stack: Volume,
        labels: torch.Tensor,
        kept: torch.Tensor,
        forest: torch.Tensor,
        judged: torch.Tensor,
    ) -> dict[str, np.ndarray]:
        """P and G(P) for 1 and 4 scales, P for each scale alone, and, which the paper has not, G(P)
        weighed by the scan's grey values, and with the cascade's own p_RF, as their geometric mean.
        """
        made = {}
        for count in (1, judged.shape[1]):
            p = painted(labels, kept, judged[:, :count].mean(dim=1))
            made[f"P, N_s={count}"] = p
            in_voxels = smoothed(Volume(p, np.eye(4)), SIGMA_VOXELS).array
            made[f"G(P), N_s={count}, {SIGMA_VOXELS:g} voxels"] = in_voxels
            for sigma in SIGMAS_MM:
                of_mm = smoothed(stack.with_array(p), sigma)
                made[f"G(P), N_s={count}, {sigma:g} mm"] = of_mm.array
                weighed = weighed_by_intensity(of_mm, stack).array
                made[f"G(P), N_s={count}, {sigma:g} mm, weighed"] = weighed
        both = painted(labels, kept, (judged.mean(dim=1) * forest).sqrt())
        made["with p_RF"] = both
        made["G(with p_RF), 3 mm"] = smoothed(stack.with_array(both), 3.0).array
        for number in range(judged.shape[1]):
            made[f"P, scale {number + 1} alone"] = painted(labels, kept, judged[:, number])
        return made


def painted(labels: torch.Tensor, kept: torch.Tensor, probability: torch.Tensor) -> np.ndarray:
    """The probability (m,) of the superpixels `kept` at their pixels, (S, H, W) float32."""
    all_of_them = torch.zeros(count_of(labels))
    all_of_them[kept] = probability
    return np.asarray(all_of_them[labels].numpy())


def dice(found: np.ndarray, truth: np.ndarray, pancreas: float) -> float:
    """DSC inside the region, of a pancreas of so many voxels in the whole scan."""
    return 2 * float((found & truth).sum()) / (float(found.sum()) + pancreas)


def _loaded(model: Model) -> Network:
    return folded(load_weights(model.manifest, model.folder))
