"""What the ConvNet is trained on."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from PancreasSegLib.superpixels.statistics import count_of
from PancreasSegLib.training.recipe.crops import Augmentation
from PancreasSegLib.training.recipe.superpixels import BoxRecipe
from PancreasSegLib.training.superpixels.box_batches import BoxBatches, Examples, examples_of
from Testing.training.conftest import refused
from Testing.training.superpixels.examples import bright_region

UNCHANGED = Augmentation(contrast=0.0, brightness=0.0)


@pytest.fixture
def examples() -> Examples:
    """All superpixels of two scans and a loose slice."""
    regions = [bright_region("a", 1), bright_region("b", 2), bright_region("s", 3, loose=True)]
    return examples_of(regions, [torch.arange(count_of(region.labels)) for region in regions])


def batches(examples: Examples, recipe: BoxRecipe, first: int = 0, last: int = 1) -> BoxBatches:
    return BoxBatches(examples, recipe, UNCHANGED, [1.5, 3.0, 5.0], 16, 1, first, last)


def test_a_batch_has_pictures_and_their_classes(examples: Examples) -> None:
    ((pictures, classes),) = batches(examples, BoxRecipe(positive=0.5))

    assert pictures.shape == (16, 1, 64, 64)
    assert float(pictures.min()) >= 0 and float(pictures.max()) <= 1
    assert classes.shape == (16,) and set(classes.tolist()) == {0, 1}


def test_each_candidate_is_there_in_as_many_scales_as_the_recipe_says(examples: Examples) -> None:
    ((pictures, classes),) = batches(examples, BoxRecipe(scales=2, deformation=0.0))

    assert torch.equal(classes[0::2], classes[1::2])
    assert not torch.equal(pictures[0], pictures[1])


def test_pictures_of_pancreas_are_bright_in_the_middle(examples: Examples) -> None:
    ((pictures, classes),) = batches(examples, BoxRecipe(positive=0.5, deformation=0.02))

    middle = pictures[:, 0, 28:36, 28:36].mean(dim=(1, 2))
    assert middle[classes == 1].min() > middle[classes == 0].median()


@pytest.mark.parametrize(("loose", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_loose_slices_have_their_share(examples: Examples, loose: float, share: float) -> None:
    drawn = batches(examples, BoxRecipe(loose=loose))._drawn(40, torch.Generator().manual_seed(1))

    assert float(examples.loose[drawn].float().mean()) == share


def test_without_loose_slices_their_share_goes_to_scans(examples: Examples) -> None:
    scans = replace(examples, loose=torch.zeros_like(examples.loose))

    ((pictures, _),) = batches(scans, BoxRecipe(loose=0.9))

    assert len(pictures) == 16


def test_a_resumed_run_sees_the_same_batches(examples: Examples) -> None:
    whole = list(batches(examples, BoxRecipe(), 0, 3))
    resumed = list(batches(examples, BoxRecipe(), 2, 3))

    assert torch.equal(whole[2][0], resumed[0][0])
    assert torch.equal(whole[2][1], resumed[0][1])
    assert not torch.equal(whole[0][0], whole[1][0])


def test_where_all_candidates_are_pancreas_others_are_not_missed() -> None:
    region = bright_region("a", 1)
    examples = examples_of([region], [torch.nonzero(region.positive).flatten()])

    ((_, classes),) = batches(examples, BoxRecipe(positive=0.2))

    assert classes.tolist() == [1] * 16


def test_candidates_none_of_which_is_pancreas_are_refused() -> None:
    region = bright_region("a", 1)
    others = torch.nonzero(~region.positive).flatten()

    with refused("None of the scans' superpixels is pancreas"):
        examples_of([region], [others])
