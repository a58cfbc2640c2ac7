"""The cascade's forests: ours give scikit-learn's answers, and keep the pancreas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from PancreasSegLib.training.recipe.crops import Augmentation
from PancreasSegLib.training.recipe.superpixels import ForestRecipe
from PancreasSegLib.training.superpixels.candidates import measure_candidates
from PancreasSegLib.training.superpixels.forests import _least, as_arrays, fit_cascade
from Testing.training.conftest import refused
from Testing.training.superpixels.examples import bright_region, network

ensemble = pytest.importorskip("sklearn.ensemble")

RECIPE = ForestRecipe(trees=8, depth=6, least_rows=2, rows_per_scan=400, sensitivity=0.9)
UNCHANGED = Augmentation(contrast=0.0, brightness=0.0)


@pytest.mark.parametrize("kind", ["ExtraTreesClassifier", "RandomForestClassifier"])
def test_a_forest_as_plain_arrays_gives_scikit_learns_answers(kind: str) -> None:
    random = np.random.default_rng(4)
    features = random.integers(-900, 900, (3000, 7)).astype(np.int16)
    positive = (features[:, 2] + features[:, 5] > random.normal(0, 200, 3000)) ^ (
        features[:, 0] < 0
    )
    theirs = getattr(ensemble, kind)(30, max_depth=12, class_weight="balanced", random_state=1)
    theirs.fit(features[:2000].astype(np.float32), positive[:2000])

    ours = as_arrays(theirs)(torch.from_numpy(features))

    expected = theirs.predict_proba(features.astype(np.float32))[:, 1]
    # Leaves are kept in half precision.
    assert np.abs(ours.numpy() - expected).max() < 5e-4
    assert len(np.unique(expected)) > 100


def test_a_forest_whose_trees_are_single_leaves_is_an_array_too() -> None:
    features = np.zeros((10, 2), np.float32)
    theirs = ensemble.ExtraTreesClassifier(3).fit(features, np.arange(10) < 5)

    ours = as_arrays(theirs)(torch.zeros(2, 2, dtype=torch.int16))

    assert ours.tolist() == pytest.approx([0.5, 0.5])


def test_candidates_keep_the_pancreas_and_leave_out_much_else() -> None:
    regions = [bright_region(name, seed) for seed, name in enumerate("abcd")]
    net = network()

    candidates = fit_cascade(net, regions, RECIPE, UNCHANGED, seed=1)

    measured = measure_candidates(regions, candidates)
    assert measured["candidate_sensitivity"] > 0.85
    assert measured["candidate_dice"] > 0.6
    new = bright_region("new", 9)
    kept = net.cascade.candidates(new.slices, new.labels)
    assert measure_candidates([new], [kept])["candidate_sensitivity"] > 0.7


def test_forests_are_the_same_from_the_same_seed() -> None:
    regions = [bright_region(name, seed) for seed, name in enumerate("ab")]
    nets = [network(), network()]

    first, second = (fit_cascade(net, regions, RECIPE, UNCHANGED, seed=3) for net in nets)

    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    states = [net.cascade.state_dict() for net in nets]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


@pytest.mark.parametrize("needed", [0.0, 0.5, 0.6, 0.7003, 0.8, 0.9])
def test_a_threshold_in_half_precision_keeps_the_last_superpixel_that_is_needed(
    needed: float,
) -> None:
    four = torch.arange(4).view(1, 2, 2)
    region = replace(bright_region("a", 1), labels=four, share=torch.ones(4))
    probability = torch.tensor([0.0, needed, 1.0, 1.0])

    least = _least([probability], [region], sensitivity=0.7)

    assert least == float(np.float16(least))
    assert least == pytest.approx(needed, abs=1e-3)
    assert float(probability[1]) > least


def test_scans_whose_superpixels_are_nowhere_mostly_pancreas_are_refused() -> None:
    regions = [bright_region(name, seed) for seed, name in enumerate("abcd")]
    for number in (1, 3):
        regions[number] = replace(regions[number], share=regions[number].share / 2)

    with refused("None of the superpixels of b, d is pancreas for the most part; choose a smaller"):
        fit_cascade(network(), regions, RECIPE, UNCHANGED, seed=1)


def test_scans_none_of_whose_patches_meets_the_pancreas_are_refused() -> None:
    regions = [bright_region(name, seed) for seed, name in enumerate("ab")]
    regions[0].mask[:, ::3, ::3] = 0

    with refused(
        "None of the patches of a has its middle in the pancreas; choose a smaller 'stride'"
    ):
        fit_cascade(network(), regions, RECIPE, UNCHANGED, seed=1)


def test_scans_that_are_pancreas_everywhere_are_refused() -> None:
    regions = [bright_region(name, seed) for seed, name in enumerate("ab")]
    regions[1] = replace(regions[1], share=torch.ones_like(regions[1].share))

    with refused("The regions of b show nothing but pancreas; choose a larger 'margin_mm'"):
        fit_cascade(network(), regions, RECIPE, UNCHANGED, seed=1)


def test_one_scan_is_too_few() -> None:
    with refused("The forests need two scans or more"):
        fit_cascade(network(), [bright_region("a", 1)], RECIPE, UNCHANGED, seed=1)
