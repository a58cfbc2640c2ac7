"""Definitions are checked before anything runs; a grid makes a family of each combination."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.definitions import definitions_folder, find_definition
from PancreasSegLib.experiments.expansion import Run, all_runs, waves
from PancreasSegLib.experiments.experiment import read_experiment
from PancreasSegLib.experiments.folds import Fold
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.experiments.training_configs import refuse_untrainable
from PancreasSegLib.training.recipe.config import VolumeSource
from Testing.sentences import assert_tells

Write = Callable[..., Path]
BUNDLED = sorted(path.stem for path in definitions_folder().glob("*.toml"))

COARSE = (
    "[recipes.cnn]",
    """[coarse]
network = { channels = 2 }
recipe = "cnn"
spacing_mm = [6, 6, 6]
sampling = { crop = [8, 8], centre = "body", jitter_mm = 5 }
margin_mm = [10, 10, 10]

[recipes.cnn]""",
)


def test_a_definition_becomes_runs_that_each_share_a_cnn(write_definition: Write) -> None:
    path = write_definition(
        ("seeds = [1]", "seeds = [1, 2]"),
        ('recipe = "cnn"\n', 'recipe = "cnn"\nlosses = ["jaccard", "cross_entropy"]\n'),
    )

    runs = all_runs(read_experiment(path))

    assert len(runs) == 2 * 2 * 2
    assert runs[0].name == "jac-jaccard-fold-0-seed-1"
    assert runs[-1].name == "jac-cross_entropy-fold-1-seed-2"
    assert {r.name for run in runs if run.family for r in run.family.recurrences} == {"rnn"}


def test_a_coarse_stage_is_the_first_wave_once_a_fold(write_definition: Write) -> None:
    path = write_definition(COARSE, ("seeds = [1]", "seeds = [3, 4]"))

    first, second = waves(read_experiment(path))

    assert first == [Run(0, 3), Run(1, 3)]
    assert [run.name for run in first] == ["coarse-fold-0-seed-3", "coarse-fold-1-seed-3"]
    assert len(second) == 4


def test_a_grid_makes_a_family_of_each_combination(write_definition: Write) -> None:
    path = write_definition(
        ('recipe = "cnn"\n', 'recipe = "cnn"\ngrid = { channels = [2, 4], blocks = [1, 3] }\n')
    )

    members = read_experiment(path).members

    assert [one.name for one in members] == [
        f"jac-channels-{channels}-blocks-{blocks}" for channels in (2, 4) for blocks in (1, 3)
    ]
    assert members[3].network == {"channels": 4, "blocks": 3, "scales": 2}
    assert members[3].title == "JAC-2, 4 channels, 3 blocks"


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        ("folds = 2", "folds = 1", ("folds is 1", "2 or more")),
        ("folds = 2", "fold = 2", ("unknown entry 'fold'",)),
        ("seeds = [1]", "seeds = []", ("seeds", "one or more")),
        ("seeds = [1]", 'seeds = [1]\nmeasured_on = "validation"', ("validation", "share")),
        ("seeds = [1]", "seeds = [1]\nvalidation = 1", ("validation is 1",)),
        ('recipe = "rnn"', 'recipe = "rnm"', ("'rnm'", "cnn, rnn")),
        ('name = "rnn"', 'name = "jac"', ("jac, jac",)),
        ('name = "rnn"', 'name = "a/b"', ("a/b",)),
        ('name = "jac"', 'name = "coarse"', ("'coarse'",)),
        ('recipe = "cnn"', 'recipe = "cnn"\nlosses = ["dice"]', ("'dice'", "jaccard")),
        ('recipe = "cnn"', 'recipe = "cnn"\ntrunk = "vgg.pth"', ("vgg.pth", "whole path")),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    write_definition: Write, before: str, after: str, facts: tuple[str, ...]
) -> None:
    path = write_definition((before, after))

    with pytest.raises(InputError) as error:
        read_experiment(path)

    assert_tells(error.value, str(path), *facts)


def test_a_definition_that_is_no_toml_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "torn.toml").write_text("folds = ", encoding="utf-8")

    for name in ("torn.toml", "nowhere.toml"):
        with pytest.raises(InputError, match=name):
            read_experiment(tmp_path / name)


def test_experiments_are_found_by_name_or_by_path(write_definition: Write) -> None:
    assert find_definition("table1_ct").parent == definitions_folder()
    assert find_definition(str(write_definition())).name == "tiny.toml"
    with pytest.raises(InputError) as error:
        find_definition("table2")
    assert_tells(error.value, "table2", "table1_ct", "smoke")


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_experiment_can_be_read(name: str) -> None:
    assert all_runs(read_experiment(find_definition(name)))


@pytest.mark.parametrize("name", BUNDLED)
def test_every_network_of_a_bundled_experiment_can_be_built_and_trained(name: str) -> None:
    experiment = read_experiment(find_definition(name))
    folds = (Fold(("a",), ("b",) if experiment.validation else ()),) * experiment.folds
    study = Study(Path("study"), experiment, VolumeSource("scans"), folds, "", "", None)

    with torch.device("meta"):  # nothing is computed
        refuse_untrainable(study)
