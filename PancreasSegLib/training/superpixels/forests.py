"""The cascade's two forests, trained by scikit-learn and turned into plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.superpixels import Superpixels
from PancreasSegLib.superpixels.cascade import Cascade
from PancreasSegLib.superpixels.forest import Forest
from PancreasSegLib.superpixels.patch_features import patch_features
from PancreasSegLib.superpixels.statistics import sizes_of
from PancreasSegLib.training.recipe.crops import Augmentation
from PancreasSegLib.training.recipe.superpixels import ForestRecipe
from PancreasSegLib.training.superpixels.grey import changed_grey
from PancreasSegLib.training.superpixels.regions import TrainingRegion

Rows = tuple[Tensor, Tensor]
"""Features (n, F), int16, and which of them are positive (n,), bool."""

HALVES = 2


def fit_cascade(
    network: Superpixels,
    regions: Sequence[TrainingRegion],
    recipe: ForestRecipe,
    augmentation: Augmentation,
    seed: int,
    tell: Callable[[str, float], None] = lambda step, fraction: None,
) -> list[Tensor]:
    """Give `network` its forests; returns each region's candidates, as forests told them that had
    not seen the region's scan.

    The superpixels' forest is trained on responses of such patch forests, too: those of one that
    has seen the scan are too good. So each is fitted on either half of the scans first, then on
    all. Raises `InputError` where there are fewer than two scans, or where all that a half shows is
    pancreas, or none of it.
    """
    if len(regions) < HALVES:
        raise InputError("The forests need two scans or more to be trained on; name more.")
    stride = network.cascade.stride
    for start in range(HALVES):
        _refuse_one_class(regions[start::HALVES], stride)
    changed = [_changed(region, augmentation, seed + n) for n, region in enumerate(regions)]
    patches, rows = [], []
    for number, region in enumerate(changed):
        tell("patch features", number / len(regions))
        patches.append(_patch_rows(region, stride, recipe, seed + number))
    cascades = [Cascade(f, Forest(1, 1, 0), stride) for f in _unseen(patches, recipe, seed)]
    for number, (region, cascade) in enumerate(zip(changed, cascades, strict=True)):
        tell("responses", number / len(regions) / 2)
        features = cascade.features(region.slices, region.labels)
        rows.append(_chosen(features, region.positive, recipe.rows_per_scan, seed + number))
    probabilities = []
    forests = _unseen(rows, recipe, seed)
    for number, (region, cascade) in enumerate(zip(regions, cascades, strict=True)):
        tell("responses", (1 + number / len(regions)) / 2)
        probabilities.append(forests[number](cascade.features(region.slices, region.labels)))
    least = _least(probabilities, regions, recipe.sensitivity)
    of_patches, of_superpixels = (fit_forest(r, recipe, seed) for r in (patches, rows))
    network.cascade = Cascade(of_patches, of_superpixels, stride)
    network.cascade.least.fill_(least)
    return [torch.nonzero(p > least).flatten() for p in probabilities]


def _refuse_one_class(regions: Sequence[TrainingRegion], stride: int) -> None:
    """A forest is told pancreas from all else: these regions, of one forest, must show both."""
    names = ", ".join(region.name for region in regions)
    superpixels = torch.cat([region.positive for region in regions])
    patches = torch.cat([_patches_of_pancreas(region, stride) for region in regions])
    if not superpixels.any():
        raise InputError(
            f"None of the superpixels of {names} is pancreas for the most part; choose a smaller"
            " 'size' of the network, or look whether the references lie on the scans."
        )
    if not patches.any():
        raise InputError(
            f"None of the patches of {names} has its middle in the pancreas; choose a smaller"
            " 'stride' of the network, or look whether the references lie on the scans."
        )
    if superpixels.all() or patches.all():
        raise InputError(
            f"The regions of {names} show nothing but pancreas; choose a larger 'margin_mm' of the"
            " region, or look whether the references are right."
        )


def _unseen(rows: Sequence[Rows], recipe: ForestRecipe, seed: int) -> list[Forest]:
    """For each scan's rows a forest of the half of the scans that it is not in."""
    parts = [fit_forest(rows[start::HALVES], recipe, seed) for start in range(HALVES)]
    return [parts[(number + 1) % HALVES] for number in range(len(rows))]


def fit_forest(rows: Sequence[Rows], recipe: ForestRecipe, seed: int) -> Forest:
    """A forest of extremely randomised trees, positives and negatives of equal weight."""
    # Only training needs scikit-learn.
    from sklearn.ensemble import ExtraTreesClassifier

    features = torch.cat([part for part, _ in rows]).numpy().astype(np.float32)
    positive = torch.cat([part for _, part in rows]).numpy()
    trees = ExtraTreesClassifier(
        n_estimators=recipe.trees,
        max_depth=recipe.depth,
        min_samples_leaf=recipe.least_rows,
        max_features=recipe.features,
        class_weight="balanced",
        random_state=seed,
    )
    return as_arrays(trees.fit(features, positive))


def as_arrays(trees: Any) -> Forest:
    """scikit-learn's fitted forest of two classes, and whole-numbered features, as a `Forest`.

    A whole number is at most a threshold if it is at most that one rounded down.
    """
    parts = [estimator.tree_ for estimator in trees.estimators_]
    counts = [tree.node_count for tree in parts]
    forest = Forest(len(parts), sum(counts), max(tree.max_depth for tree in parts))
    first = 0
    for number, (tree, count) in enumerate(zip(parts, counts, strict=True)):
        inner = tree.children_left >= 0
        nodes = slice(first, first + count)
        value = tree.value[:, 0]
        arrays = {
            "feature": np.where(inner, tree.feature, 0),
            "threshold": np.where(inner, np.floor(tree.threshold), 0),
            "below": _children(tree) + first,
            # As it is kept, in half precision: so nothing changes when it is read back.
            "share": (value[:, 1] / value.sum(axis=1)).astype(np.float16),
        }
        forest.root[number] = first
        for name, array in arrays.items():
            buffer = forest.get_buffer(name)
            buffer[nodes] = torch.from_numpy(array).to(buffer.dtype)
        first += count
    return forest


def _children(tree: Any) -> np.ndarray:
    """Both children (nodes, 2) of each node; a leaf's are itself."""
    children = np.stack([tree.children_left, tree.children_right], axis=1)
    return np.where(children >= 0, children, np.arange(tree.node_count)[:, None])


def _changed(region: TrainingRegion, augmentation: Augmentation, seed: int) -> TrainingRegion:
    random = torch.Generator().manual_seed(seed)
    return replace(region, slices=changed_grey(region.slices, augmentation, random))


def _patch_rows(region: TrainingRegion, stride: int, recipe: ForestRecipe, seed: int) -> Rows:
    features = patch_features(region.slices, stride).flatten(0, 2)
    positive = _patches_of_pancreas(region, stride)
    return _chosen(features, positive, recipe.rows_per_scan, seed)


def _patches_of_pancreas(region: TrainingRegion, stride: int) -> Tensor:
    return (region.mask[:, ::stride, ::stride] > 0).flatten()


def _chosen(features: Tensor, positive: Tensor, most: int, seed: int) -> Rows:
    """Up to half of `most` rows that are positive, the others from all that are not."""
    random = torch.Generator().manual_seed(seed)
    chosen: list[Tensor] = []
    for of_class in (torch.nonzero(positive), torch.nonzero(~positive)):
        left = most // 2 if not chosen else most - len(chosen[0])
        order = torch.randperm(len(of_class), generator=random)[:left]
        chosen.append(of_class.flatten()[order])
    rows = torch.cat(chosen)
    return features[rows], positive[rows]


def _least(
    probabilities: Sequence[Tensor], regions: Sequence[TrainingRegion], sensitivity: float
) -> float:
    """The p_RF above which superpixels hold the share `sensitivity` of all scans' pancreas."""
    probability = torch.cat(list(probabilities))
    pixels = torch.cat([region.share * sizes_of(region.labels) for region in regions])
    order = probability.argsort(descending=True)
    held = pixels[order].cumsum(0) / pixels.sum()
    last = int((held < sensitivity).sum())
    # Just below, so that the last one that is needed is kept.
    return _rounded_down(float(probability[order[min(last, len(order) - 1)]]) - 1e-4)


def _rounded_down(value: float) -> float:
    """A number of half precision, in which weights are kept: the model keeps what it kept here."""
    half = np.float16(value)
    return float(half) if float(half) <= value else float(np.nextafter(half, np.float16(-np.inf)))
