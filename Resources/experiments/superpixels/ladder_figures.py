"""Figures 2, 3, 5, 6 and 7 of Roth et al. 2015: of the phantom, the kernels and the numbers.

No picture of a scan: slices are those of the synthetic CT.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch
from ladder import THRESHOLDS, Ladder, painted

from PancreasSegLib.models.combination import Combination
from PancreasSegLib.networks import Superpixels
from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
from PancreasSegLib.segmenter.combining import combined
from PancreasSegLib.segmenter.cut import mask_of
from PancreasSegLib.segmenter.smoothing import smoothed
from PancreasSegLib.superpixels.boxes import enlarged, pictures, regular_points
from PancreasSegLib.superpixels.statistics import boxes_of, mean_of, slices_of
from PancreasSegLib.training.superpixels.thin_plate_spline import random_deformations
from PancreasSegLib.volume import resample

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

HERE = Path(__file__).parent
GREY = {"cmap": "gray", "vmin": 0, "vmax": 1}
DEFORMATIONS, DEFORMATION = 8, 0.08
SHOWN_SLICES = 3


def draw_figures(manifest: Path) -> None:
    """Draw everything that can be drawn, with the model of `manifest`."""
    ladder = Ladder(manifest)
    network = ladder.network
    assert isinstance(network, Superpixels)
    draw_kernels(network)
    phantom = synthetic_ct()
    stack = ladder.region(phantom.image)
    truth = resample(phantom.pancreas, stack.grid, outside=0.0).array >= 0.5
    labels, kept, _, judged = ladder.judged(stack)
    p = painted(labels, kept, judged.mean(dim=1))
    combination = ladder.model.manifest.combination
    g = smoothed(stack.with_array(p), combination.smoothing_mm).array
    draw_pipeline(network, stack.array, truth, labels, kept, p, g)
    draw_result(stack.array, truth, combined([p], stack, combination).array, combination)
    draw_deformations(network, stack.array, truth, labels)
    if (HERE / "ladder.json").is_file():
        draw_thresholds(json.loads((HERE / "ladder.json").read_text(encoding="utf-8")))


def draw_pipeline(
    network: Superpixels,
    array: np.ndarray,
    truth: np.ndarray,
    labels: torch.Tensor,
    kept: torch.Tensor,
    p: np.ndarray,
    g: np.ndarray,
) -> None:
    """Figure 2: one slice, step by step."""
    k = int(truth.sum(axis=(1, 2)).argmax())
    with torch.inference_mode():
        response = network.cascade.response(torch.from_numpy(array[k : k + 1]))[0].numpy()
    candidate = torch.zeros(int(labels.max()) + 1, dtype=torch.bool)
    candidate[kept] = True
    panels = {
        "slice, reference red": (array[k], GREY),
        "superpixels": (array[k], GREY),
        "patch forest": (response, {"cmap": "inferno", "vmin": 0, "vmax": 1}),
        "candidates": (candidate[labels[k]].numpy() * array[k], GREY),
        "P(x)": (p[k], {"cmap": "inferno", "vmin": 0, "vmax": 1}),
        "G(P(x))": (g[k], {"cmap": "inferno", "vmin": 0, "vmax": 1}),
    }
    figure, axes = pyplot.subplots(2, 3, figsize=(11, 5.4))
    for axis, (title, (picture, look)) in zip(axes.flat, panels.items(), strict=True):
        axis.imshow(picture, **look)
        axis.set_title(title, fontsize=9)
        axis.axis("off")
        outline(axis, truth[k], "red")
    edges(axes[0, 1], labels[k].numpy())
    save(figure, "figure-2-steps.png")


def draw_result(
    array: np.ndarray, truth: np.ndarray, probability: np.ndarray, combination: Combination
) -> None:
    """Figure 7: slices with the result green and the reference red."""
    mask = mask_of(probability, combination)
    with_pancreas = np.flatnonzero(truth.any(axis=(1, 2)))
    shown = with_pancreas[
        np.linspace(0, len(with_pancreas) - 1, SHOWN_SLICES + 2).astype(int)[1:-1]
    ]
    figure, axes = pyplot.subplots(1, SHOWN_SLICES, figsize=(4 * SHOWN_SLICES, 3))
    for axis, k in zip(axes, shown, strict=True):
        axis.imshow(array[k], **GREY)
        outline(axis, truth[k], "red")
        outline(axis, mask[k], "lime")
        axis.axis("off")
    save(figure, "figure-7-result.png")


def draw_deformations(
    network: Superpixels, array: np.ndarray, truth: np.ndarray, labels: torch.Tensor
) -> None:
    """Figure 3: a superpixel of the phantom's pancreas in each scale, plain and deformed."""
    share = mean_of(labels, torch.from_numpy(truth.astype(np.float32)))
    k = int(truth.sum(axis=(1, 2)).argmax())
    inside = torch.nonzero((share > 0.99) & (slices_of(labels) == k)).flatten()
    number = inside[len(inside) // 2 : len(inside) // 2 + 1]
    random = torch.Generator().manual_seed(1)
    points = regular_points()
    warped = random_deformations(points, DEFORMATIONS, DEFORMATION, random)
    all_points = torch.cat([points[None], warped])
    figure, axes = pyplot.subplots(
        len(network.scales), DEFORMATIONS + 1, figsize=(DEFORMATIONS + 2, len(network.scales) + 0.4)
    )
    for row, scale in enumerate(network.scales):
        boxes = enlarged(boxes_of(labels)[number], scale).expand(len(all_points), -1)
        of_slice = torch.full((len(all_points),), k)
        seen = pictures(torch.from_numpy(array), of_slice, boxes, all_points)
        for axis, picture in zip(axes[row], seen[:, 0], strict=True):
            axis.imshow(picture, **GREY)
            axis.axis("off")
        axes[row, 0].set_title(f"plain, x {scale:g}", fontsize=7)
    save(figure, "figure-3-deformations.png")


def draw_kernels(network: Superpixels) -> None:
    """Figure 5: the kernels of the first convolution."""
    first = next(m for m in network.convnet.modules() if isinstance(m, torch.nn.Conv2d))
    kernels = first.weight.detach()[:, 0].numpy()
    figure, axes = pyplot.subplots(1, len(kernels), figsize=(len(kernels), 1.1))
    for axis, kernel in zip(axes, kernels, strict=True):
        most = np.abs(kernel).max()
        axis.imshow(kernel, cmap="gray", vmin=-most, vmax=most)
        axis.axis("off")
    save(figure, "figure-5-kernels.png")


def draw_thresholds(content: dict[str, Any]) -> None:
    """Figure 6: mean DSC of the tested scans over the threshold."""
    cases = [case for fold in content["folds"] for case in fold["test"].values()]
    figure, axis = pyplot.subplots(figsize=(6, 4))
    for name, style in {
        "P, N_s=1": "C0--",
        "P, N_s=4": "C0-",
        "G(P), N_s=1, 3 mm": "C1--",
        "G(P), N_s=4, 3 mm": "C1-",
        "G(P), N_s=4, 3 voxels": "C2:",
        "G(P), N_s=4, 3 mm, weighed": "C3-",
    }.items():
        curve = np.mean([case["curves"][name] for case in cases], axis=0)
        axis.plot(THRESHOLDS, curve, style, label=name)
    axis.set(xlabel="threshold", ylabel="mean DSC of 14 tested scans", xlim=(0, 1), ylim=(0, None))
    axis.legend(fontsize=8)
    axis.grid(alpha=0.3)
    save(figure, "figure-6-thresholds.png")


def outline(axis: Axes, mask: np.ndarray, colour: str) -> None:
    """The border of a mask (rows, columns); nothing for an empty one."""
    if mask.any():
        axis.contour(mask, levels=[0.5], colors=[colour], linewidths=0.8)


def edges(axis: Axes, labels: np.ndarray) -> None:
    """The borders between superpixels."""
    changes = np.zeros(labels.shape)
    changes[1:] += labels[1:] != labels[:-1]
    changes[:, 1:] += labels[:, 1:] != labels[:, :-1]
    axis.imshow(np.ma.masked_equal(changes > 0, False), cmap="autumn", alpha=0.5)


def save(figure: Any, name: str) -> None:
    """Write the figure beside this file."""
    figure.tight_layout()
    figure.savefig(HERE / name, dpi=100)
    pyplot.close(figure)
