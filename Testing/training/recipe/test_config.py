"""The training configuration: what it holds, and what is said of a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.models import Manifest, Window
from PancreasSegLib.training.recipe.config import read_config
from PancreasSegLib.training.recipe.crops import Augmentation
from Testing.training.conftest import ALL_SCANS, SUPERPIXELS, UNET3D, WITHOUT_RNN

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "Resources" / "experiments"
ALL = sorted(HOME.rglob("*.toml"))
EXPERIMENTS = [path for path in ALL if path.relative_to(HOME).parts[0] not in ("paper", "quick")]
"""Those two have no configurations but experiments: `pancreasseg experiment` makes some of them."""
BUNDLED = sorted((ROOT / "Resources" / "Models").glob("*.json"))

Write = Callable[..., Path]


SUPERPIXELS_WRONG = [
    (("rows_per_scan = 300", "rows_per_scan = 1"), "rows_per_scan is 1; it must be 2 or more."),
    (
        (
            'cnn = "Superpixels", channels = 2, size = 4, stride = 2, scales = [1.5, 3.0]',
            "channels = 4",
        ),
        "[superpixels], any other network",
    ),
    (('loss = "cross_entropy"', 'loss = "jaccard"'), "must be 'cross_entropy'"),
    (("region = {", "# region = {"), "export, region is missing"),
    (("sensitivity = 0.9", "sensitivity = 1.9"), "sensitivity is 1.9"),
    (("trees = 4", "trees = 0"), "trees is 0"),
    (("deformations = 2", "deformations = 0"), "deformations is 0"),
    (("deformations = 2", "scales = 3\ndeformations = 2"), "scales is 3 and the network has 2"),
    (("positive = 0.5", "positive = 2"), "positive is 2"),
    (("4.0]", '4.0]\nvalidation = ["b"]'), "take 'validation' out"),
    (("4.0]", '4.0]\nviews = ["coronal"]'), "axial slices"),
    (("seed = 1", 'seed = 1\ninitial = "x.json"'), "take 'initial' out"),
]


def sentence_about(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_config(path)
    return str(caught.value)


def test_a_configuration_is_read_with_its_defaults(write_config: Write, tmp_path: Path) -> None:
    config = read_config(write_config())

    assert config.name == "tiny"
    assert config.data.window == Window("hu", -100.0, 240.0)
    assert config.data.spacing_mm == (3.0, 3.0, 4.0)
    assert config.data.volumes[0].reference == "{case}_label.nii.gz"
    assert config.sampling is not None
    assert config.sampling.crop == (16, 16)
    assert config.augmentation == Augmentation()
    assert config.cnn.loss == "jaccard"
    assert config.rnn is not None and config.rnn.recurrent_learning_rate == 1e-3
    assert config.export.region is None
    assert config.path("run") == tmp_path / "run"


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_every_committed_configuration_can_be_read(path: Path) -> None:
    config = read_config(path)

    assert config.export.task == ("region" if path.stem.startswith("coarse") else "pancreas")
    # A model that others only start from stays among the runs.
    folder = config.path(config.export.folder)
    assert folder == ROOT / "Resources" / "Models" or folder.is_relative_to(ROOT / "runs")


def test_the_configurations_of_the_bundled_models_are_committed() -> None:
    assert {path.stem for path in EXPERIMENTS} >= {"coarse-ct", "rnn64-ct"}


@pytest.mark.parametrize(("written", "read"), [("11", 11), ('"pancreas"', "pancreas")])
def test_the_pancreas_is_named_among_labels_by_value_or_by_name(
    written: str, read: int | str, write_config: Write
) -> None:
    path = write_config(('folder = "scans"', f'folder = "scans", label = {written}'))

    assert read_config(path).data.volumes[0].label == read


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_a_bundled_model_states_what_its_configuration_trains(path: Path) -> None:
    manifest = Manifest.from_file(path)
    configuration = manifest.training["configuration"]
    (toml,) = [path for path in EXPERIMENTS if path.stem == configuration]
    config = read_config(toml)
    recipes = {"cnn": config.cnn} | ({} if config.rnn is None else {"rnn": config.rnn})

    setup = manifest.training["setup"]
    assert setup["recipes"] == {name: asdict(recipe) for name, recipe in recipes.items()}
    assert setup["augmentation"] == asdict(config.augmentation)
    assert setup["views"] == list(manifest.views) == list(config.data.views)
    assert manifest.window == config.data.window
    assert manifest.spacing_mm == config.data.spacing_mm
    assert manifest.region == config.export.region
    assert ("region" in setup) == (config.superpixels is not None)  # alone trained in it
    if config.superpixels is not None:
        assert config.export.region is not None
        region = asdict(config.export.region)
        assert setup["region"] == json.loads(json.dumps(region))
    assert manifest.combination == config.export.combination_of(manifest.name)
    training = manifest.training
    trained_on = [*training["training_scans"], *training.get("training_only_scans", [])]
    assert training["seen"]["scans"] == sorted(trained_on)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[8, 16, 16]", "[0, 16, 16]", "patches, size must be slices, rows, columns"),
        ("jitter_mm = 5", "slab = 2\njitter_mm = 5", "patches, slab is 2; it must be from 0 to 1."),
        ("jitter_mm = 5", "jitter_mm = -5", "patches, jitter_mm is -5; it must be 0 or more."),
        ("classes = 3", "classes = 2", "network, classes is 2; with the organs of the volumes it"),
        ('"UNet3D", classes = 3', '"UNet"', "a UNet3D is trained on [patches], Superpixels by"),
        ("weight_average = 0.5", "weight_average = 1.0", "cnn, weight_average is 1; it must be a"),
        ("4.0]", '4.0]\nviews = ["coronal"]', "patches are of axial stacks; leave views out."),
        ("weight_average = 0.5", "warmup_steps = 9", "warmup_steps are trained by cross-entropy"),
        ("length = 3", 'loss = "classes"', "the loss 'classes' is that of a UNet3D's own stage"),
        (
            '"{case}_organs.nii.gz"',
            '"organs.nii.gz"',
            "'organs.nii.gz' must have {case} in it once.",
        ),
    ],
)
def test_a_3d_network_needs_patches_and_a_class_for_each_organ(
    write_config: Write, before: str, after: str, said: str
) -> None:
    path = write_config(*UNET3D, (before, after))

    assert sentence_about(path).startswith(f"{path}, {said}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"

    assert sentence_about(path) == f"There is no training configuration {path}; check the path."


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("name = tiny", encoding="utf-8")

    assert sentence_about(path) == (
        f"{path} is not a TOML file (Invalid value (at line 1, column 8)); correct it."
    )


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    assert sentence_about(tmp_path) == f"{tmp_path} cannot be opened (Is a directory); check it."


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("seed = 1", "speed = 1", " has an unknown entry 'speed'; known are name, output, seed,"),
        ("seed = 1\n", "", " lacks the entry 'seed'; add it."),
        ("batch = 2", "stapel = 2", ", cnn has an unknown entry 'stapel'; known are steps, batch,"),
        ("seed = 1", 'seed = "1"', ", seed is '1'; it must be a whole number."),
        ("seed = 1", "seed = true", ", seed is True; it must be a whole number."),
        ("seed = 1", "seed = 1.5", ", seed is 1.5; it must be a whole number."),
        ("jitter_mm = 5", 'jitter_mm = "5"', ", sampling, jitter_mm is '5'; it must be a number."),
        ('name = "tiny"', "name = 3", ", name is 3; it must be a text."),
        ('validation = ["b"]', 'validation = "b"', ", data, validation is 'b'; it must be a list."),
        ("[augmentation]", "augmentation = 3", ", sampling has an unknown entry 'augmentation'"),
        ("[16, 16]", "[16]", ", sampling, crop needs 2 values and has 1."),
        (
            "validate_every = 2\n\n[rnn]",
            'loss = "dice"\n\n[rnn]',
            ", cnn, loss is 'dice'; it must be one of jaccard, cross_entropy,"
            " balanced_cross_entropy, classes.",
        ),
    ],
)
def test_what_does_not_belong_is_told_with_its_place(
    write_config: Write, before: str, after: str, said: str
) -> None:
    path = write_config((before, after))

    assert sentence_about(path).startswith(f"{path}{said}")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('kind = "hu"', 'kind = "HU"', "data, window, kind is 'HU'; it must be one of hu, perc"),
        ("low = -100", "low = 300", "data, window, low is 300; it must be below high, 240."),
        ("low = -100", "low = nan", "data, window, low is nan; it must be a number."),
        ("3.0, 4.0]", "3.0, 0]", "spacing_mm must be three lengths above 0, in mm."),
        (
            '["b"]',
            "[]",
            "refit_steps need a validation subset to refit on; name its cases, or leave them out.",
        ),
        ('["c"]', '["b"]', "validation and held_out name b twice; once is enough."),
        (
            "learning_rate = 1e-4\nrecurrent_learning_rate = 1e-3",
            "learning_rate = 0.0",
            "rnn, recurrent_learning_rate is missing; with a learning_rate of 0 nothing else",
        ),
        (
            'volumes = [{ folder = "scans" }]',
            "volumes = []",
            "an RNN is trained on scans; name their folder in volumes.",
        ),
        (
            "3.0, 4.0]",
            '3.0, 4.0]\nviews = ["axial", "coronal"]',
            "an RNN relates axial slices and the views are axial, coronal; take [rnn] out.",
        ),
        (
            "[augmentation]",
            "[augmentation]\ndamaged = 1.5",
            "augmentation, damaged is 1.5; it must be from 0 to 1.",
        ),
        (
            "[export]",
            "[export]\ncombination.threshold = 1.0",
            "export, combination, threshold is 1; it must be between 0 and 1.",
        ),
        (
            'folder = "scans"',
            'folder = "scans", image = "*.nii.gz"',
            "'*.nii.gz' must have {case} in it once.",
        ),
        (
            'folder = "scans"',
            'folder = "scans", modality = "MR"',
            "volumes in scans are of MR and the model is for CT; only a CT's grey values can be",
        ),
        ("[16, 16]", "[0, 16]", "sampling, crop must be rows and columns, 1 or more each."),
        (
            "jitter_mm = 5",
            "jitter_mm = 5\nloose = 2",
            "sampling, loose is 2; it must be from 0 to 1.",
        ),
        ("jitter_mm = 5", "jitter_mm = -5", "sampling, jitter_mm is -5; it must be 0 or more."),
        ("[augmentation]", "[augmentation]\ngamma = -1", "augmentation, gamma is -1; it must be 0"),
        ("batch = 2", "batch = 0", "cnn, batch is 0; it must be 1 or more."),
        ("refit_steps = 2", "refit_steps = -2", "cnn, refit_steps is -2; it must be 0 or more."),
        (
            "batch = 2",
            "batch = 2\ncoarser_weight = 0",
            "cnn, coarser_weight is 0; it must be above 0 and at most 1.",
        ),
        (
            "batch = 2",
            "batch = 2\ncoarser_weight = 1.5",
            "cnn, coarser_weight is 1.5; it must be above 0 and at most 1.",
        ),
        ("rate = 1e-4", "rate = -1.0", "rnn, learning_rate is -1.0; it must be above 0."),
        ('rnn = "tiny-rnn"\n', "", "an RNN needs both its recipe [rnn] and its name 'rnn'"),
        (
            '"tiny-rnn"',
            '"tiny-jac"',
            "export names tiny-jac, tiny-jac; give each model a name of its own.",
        ),
        (
            'task = "pancreas"',
            'task = "pancreas"\nregion = { model = "tiny-jac", margin_mm = [1, 1, 1] }',
            "export names tiny-jac, tiny-rnn, and one of them is the model that finds the region",
        ),
        ('"tiny-rnn"', '"a/rnn"', "export, a model's name is 'a/rnn'; it must be a file name"),
        (
            "[export]",
            '[export]\naverage = { name = "a", combination = { averaged_with = ["../x"] } }',
            "export, average, combination, averaged_with is '../x'; it must be a file name",
        ),
        (
            "[export]",
            '[export]\nregion = { model = "../x", margin_mm = [1, 1, 1] }',
            "export, region, model is '../x'; it must be a file name",
        ),
        (
            "[export]",
            '[export]\ncombination.averaged_with = ["x"]',
            "export, combination has models to average with; an average is a model of its own",
        ),
        (
            "[export]",
            "[export]\nfield_of_view_mm = [9, -9, 9]",
            "export, field_of_view_mm is [9.0, -9.0, 9.0]; it must be lengths of 0 or more.",
        ),
        ('["superior"]', '["up"]', "network cannot be built: The recurrence's directions are"),
        ("channels = 4", 'cnn = "ViT"', "network cannot be built: The network's cnn is 'ViT'"),
        ("channels = 4", "width = 4", "network cannot be built: A network of kind RNN has no"),
    ],
)
def test_what_cannot_be_trained_with_is_told_before_anything_is_read(
    write_config: Write, before: str, after: str, said: str
) -> None:
    path = write_config((before, after))

    assert sentence_about(path).startswith(f"{path}, {said}")


def test_a_ct_for_a_model_of_mr_needs_crops_and_percentiles(write_config: Write) -> None:
    for_mr = (
        ("[data]\n", '[data]\nmodality = "MR"\n'),
        ('folder = "scans"', 'folder = "scans", modality = "CT"'),
    )

    assert "which knows no HU; give a window of the kind" in sentence_about(write_config(*for_mr))
    in_patches = sentence_about(
        write_config(
            *WITHOUT_RNN,
            *UNET3D,
            for_mr[0],
            ('"scans", organs', '"scans", modality = "CT", organs'),
        )
    )
    assert "drawn anew in crops of slices, so choose a network" in in_patches


@pytest.mark.parametrize(("change", "told"), SUPERPIXELS_WRONG, ids=lambda value: str(value)[:40])
def test_what_superpixels_cannot_be_trained_with_is_told(
    change: tuple[str, str], told: str, write_config: Write
) -> None:
    path = write_config(*ALL_SCANS, *WITHOUT_RNN, *SUPERPIXELS, change)

    assert told in sentence_about(path)


def test_superpixels_are_read_with_their_recipes(write_config: Write) -> None:
    config = read_config(write_config(*ALL_SCANS, *WITHOUT_RNN, *SUPERPIXELS))

    assert config.superpixels is not None
    assert config.superpixels.forests.trees == 4
    assert config.superpixels.boxes.deformations == 2
