"""What a configuration may hold: each impossible value is told before any data is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.build import RECURRENCE, build_network
from PancreasSegLib.networks.superpixels import Superpixels

if TYPE_CHECKING:
    from PancreasSegLib.training.recipe.config import (
        Data,
        Export,
        Recipe,
        TrainingConfig,
    )
    from PancreasSegLib.training.recipe.crops import Patches, Sampling
    from PancreasSegLib.training.recipe.superpixels import BoxRecipe, SuperpixelRecipe

Check = tuple[bool, str]
"""Whether something is wrong, and the sentence about it."""


TABLES = {"UNet3D": "patches", "Superpixels": "superpixels"}
ALL_TABLES = ("sampling", *TABLES.values())
"""What says of a network, by its kind, how it is shown its data."""


def refuse_impossible(config: TrainingConfig, path: Path) -> None:
    """Raise `InputError` for a value of the configuration `path` that cannot be trained with."""
    _refuse(_checks(config), path)
    try:
        # Now, because a recurrence that cannot be built would show only after the CNN's hours.
        network = build_network(_network(config))
    except (InputError, TypeError) as error:
        raise InputError(f"{path}, network cannot be built: {error}") from None
    if isinstance(network, Superpixels) and config.superpixels is not None:
        _refuse(_scales(config.superpixels.boxes, network), path)


def _refuse(checks: Iterator[Check], path: Path) -> None:
    for wrong, sentence in checks:
        if wrong:
            raise InputError(f"{path}, {sentence}")


def _network(config: TrainingConfig) -> dict[str, Any]:
    """That of the last stage, as `build_network` takes it."""
    if config.rnn is not None:
        return config.network | {"kind": "RNN"}
    cnn = {name: value for name, value in config.network.items() if name not in RECURRENCE}
    return {"kind": cnn.pop("cnn", "JAC"), **cnn}


def _checks(config: TrainingConfig) -> Iterator[Check]:
    yield from _data(config.data)
    yield from _crops(config)
    yield from _drawn(config)
    for name, amount in asdict(config.augmentation).items():
        yield amount < 0, f"augmentation, {name} is {amount:g}; it must be 0 or more."
    share = config.augmentation.damaged
    yield share > 1, f"augmentation, damaged is {share:g}; it must be from 0 to 1."
    yield (
        config.trunk is not None and config.network.get("cnn") != "HNN",
        "trunk is that of an HNN (network, cnn); take it out.",
    )
    yield from _recipe("cnn", config.cnn)
    if config.rnn is not None:
        yield from _recipe("rnn", config.rnn)
    yield from _export(config.export, config.rnn)
    yield (
        config.rnn is not None and not config.data.volumes,
        "an RNN is trained on scans; name their folder in volumes.",
    )
    views = config.data.views
    yield (
        not views or len(views) != len(set(views)),
        f"views are {', '.join(views) or 'none'}; name one or more, each once.",
    )
    yield (
        "axial" not in views and bool(config.data.slices),
        f"loose slices are axial and the views are {', '.join(views)}; take the slices out.",
    )
    yield (
        views != ("axial",) and config.rnn is not None,
        f"an RNN relates axial slices and the views are {', '.join(views)}; take [rnn] out.",
    )
    yield (
        config.refits and not config.data.validation,
        "refit_steps need a validation subset to refit on; name its cases, or leave them out.",
    )


def _data(data: Data) -> Iterator[Check]:
    yield min(data.spacing_mm) <= 0, "spacing_mm must be three lengths above 0, in mm."
    named = [*data.validation, *data.held_out]
    twice = sorted({name for name in named if named.count(name) > 1})
    yield bool(twice), f"validation and held_out name {', '.join(twice)} twice; once is enough."
    for volumes in data.volumes:
        organs = [] if volumes.organs is None else [volumes.organs.file]
        for pattern in (volumes.image, volumes.reference, *organs):
            yield pattern.count("{case}") != 1, f"'{pattern}' must have {{case}} in it once."
    for slices in data.slices:
        yield slices.spacing_mm <= 0, "slices, spacing_mm must be a length above 0, in mm."
        yield (
            slices.modality != data.modality,
            f"slices in {slices.folder} are of {slices.modality} and the model is for"
            f" {data.modality}; correct their modality, or take them out.",
        )


def _crops(config: TrainingConfig) -> Iterator[Check]:
    sampling, patches = config.sampling, config.patches
    cnn = config.network.get("cnn", "JAC")
    whole, needed = cnn == "UNet3D", TABLES.get(cnn, "sampling")
    yield (
        any((getattr(config, table) is None) == (table == needed) for table in ALL_TABLES),
        "a UNet3D is trained on [patches], Superpixels by [superpixels], any other network on crops"
        " of slices by [sampling]; give that one table.",
    )
    if config.superpixels is not None:
        yield from _superpixels(config, config.superpixels)
    if sampling is not None:
        yield from _sampling(sampling)
    if patches is not None:
        yield config.data.views != ("axial",), "patches are of axial stacks; leave views out."
        yield from _patches(patches)
        yield from _classes(config)
    unwarmed = config.cnn.loss == "classes" or config.superpixels is not None
    yield (
        unwarmed and config.cnn.warmup_steps > 0,
        "warmup_steps are trained by cross-entropy, which is in the loss already; take them out.",
    )
    of_classes = [r for r in (config.cnn, config.rnn) if r is not None and r.loss == "classes"]
    yield (
        bool(of_classes) and (not whole or of_classes != [config.cnn]),
        "the loss 'classes' is that of a UNet3D's own stage, cnn; choose another.",
    )


def _drawn(config: TrainingConfig) -> Iterator[Check]:
    """Scans of another modality than the model's, whose grey values are drawn anew."""
    data = config.data
    for volumes in data.drawn_volumes:
        where = f"volumes in {volumes.folder} are of {volumes.modality} and the model is for"
        yield (
            volumes.modality != "CT",
            f"{where} {data.modality}; only a CT's grey values can be drawn anew.",
        )
        yield (
            config.sampling is None,
            f"{where} {data.modality}; their grey values are drawn anew in crops of slices, so"
            " choose a network that is trained on these, or take the volumes out.",
        )
        yield (
            data.window.kind != "percentile",
            f"{where} {data.modality}, which knows no HU; give a window of the kind 'percentile'.",
        )
        yield (
            config.refits,
            f"{where} {data.modality}; drawn anew they have no accuracy to refit to, so take"
            " refit_steps out.",
        )


def _patches(patches: Patches) -> Iterator[Check]:
    yield min(patches.size) < 1, "patches, size must be slices, rows, columns, 1 or more each."
    for name in ("anywhere", "coarse", "slab"):
        share = getattr(patches, name)
        yield not 0 <= share <= 1, f"patches, {name} is {share:g}; it must be from 0 to 1."
    for name in ("jitter_mm", "tilt_degrees", "stretch", "coarse_mm", "least_slab_mm"):
        amount = getattr(patches, name)
        yield amount < 0, f"patches, {name} is {amount:g}; it must be 0 or more."


def _superpixels(config: TrainingConfig, recipe: SuperpixelRecipe) -> Iterator[Check]:
    yield (
        config.export.region is None,
        "export, region is missing; superpixels are trained in the region of a coarse model.",
    )
    yield (
        bool(config.data.validation),
        "superpixels are trained without a selection; take 'validation' out.",
    )
    yield config.cnn.loss != "cross_entropy", "cnn, loss of a ConvNet must be 'cross_entropy'."
    yield (
        config.initial is not None,
        "superpixels are trained from random weights; take 'initial' out.",
    )
    yield config.data.views != ("axial",), "superpixels are those of axial slices; leave views out."
    yield recipe.jitter_mm < 0, f"superpixels, jitter_mm is {recipe.jitter_mm:g}; 0 or more."
    forests, boxes = recipe.forests, recipe.boxes
    for name, least in (("trees", 1), ("depth", 1), ("least_rows", 1), ("rows_per_scan", 2)):
        count = getattr(forests, name)
        wrong = f"superpixels, forests, {name} is {count}; it must be {least} or more."
        yield count < least, wrong
    for name in ("sensitivity", "features"):
        share = getattr(forests, name)
        yield not 0 < share <= 1, f"superpixels, forests, {name} is {share:g}; it must be a share."
    for name in ("scales", "deformations"):
        count = getattr(boxes, name)
        yield count < 1, f"superpixels, boxes, {name} is {count}; it must be 1 or more."
    for name in ("positive", "loose"):
        share = getattr(boxes, name)
        yield not 0 <= share <= 1, f"superpixels, boxes, {name} is {share:g}; from 0 to 1."
    amount = boxes.deformation
    yield amount < 0, f"superpixels, boxes, deformation is {amount:g}; it must be 0 or more."


def _scales(boxes: BoxRecipe, network: Superpixels) -> Iterator[Check]:
    """Those of the network that was built: its configuration need not name them."""
    shown, known = boxes.scales, len(network.scales)
    yield (
        shown > known,
        f"superpixels, boxes, scales is {shown} and the network has {known}; give the network more"
        " scales, or the boxes fewer.",
    )


def _classes(config: TrainingConfig) -> Iterator[Check]:
    """A class for none, one for the pancreas, and one for each organ."""
    organs = [() if v.organs is None else tuple(v.organs.labels) for v in config.data.volumes]
    yield len(set(organs)) > 1, "the volumes name different organs; name the same ones in each."
    needed, given = 2 + len(config.data.organs), config.network.get("classes", 2)
    yield (
        needed != given,
        f"network, classes is {given}; with the organs of the volumes it must be {needed}.",
    )
    yield (
        bool(config.data.slices),
        "loose slices have no neighbours that a UNet3D could see; take them out.",
    )


def _sampling(sampling: Sampling) -> Iterator[Check]:
    yield min(sampling.crop) < 1, "sampling, crop must be rows and columns, 1 or more each."
    for name in ("positive", "loose"):
        share = getattr(sampling, name)
        yield not 0 <= share <= 1, f"sampling, {name} is {share:g}; it must be from 0 to 1."
    for name in ("jitter_mm", "margin_mm"):
        length = getattr(sampling, name) or 0.0
        yield length < 0, f"sampling, {name} is {length:g}; it must be 0 or more."


def _recipe(stage: str, recipe: Recipe) -> Iterator[Check]:
    for name in ("steps", "batch", "length", "validate_every"):
        count = getattr(recipe, name)
        yield count < 1, f"{stage}, {name} is {count}; it must be 1 or more."
    for name in ("refit_steps", "warmup_steps", "weight_decay", "learning_rate_warmup_steps"):
        amount = getattr(recipe, name)
        yield amount < 0, f"{stage}, {name} is {amount:g}; it must be 0 or more."
    kept = recipe.weight_average
    yield (
        not 0 <= kept < 1,
        f"{stage}, weight_average is {kept:g}; it must be a share from 0 to below 1.",
    )
    clip = recipe.gradient_clip
    yield clip <= 0, f"{stage}, gradient_clip is {clip:g}; it must be above 0."
    weight = recipe.coarser_weight
    wrong = not 0 < weight <= 1
    yield wrong, f"{stage}, coarser_weight is {weight:g}; it must be above 0 and at most 1."
    for name in ("learning_rate", "recurrent_learning_rate", "refit_learning_rate"):
        rate = getattr(recipe, name)
        kept = stage == "rnn" and name == "learning_rate" and rate == 0
        wrong = rate is not None and rate <= 0 and not kept
        yield wrong, f"{stage}, {name} is {rate}; it must be above 0."
    yield (
        recipe.learning_rate == 0 and recipe.recurrent_learning_rate is None,
        f"{stage}, recurrent_learning_rate is missing; with a learning_rate of 0 nothing else is"
        " trained.",
    )


def _export(export: Export, rnn: Recipe | None) -> Iterator[Check]:
    yield (
        (rnn is None) != (export.rnn is None),
        "an RNN needs both its recipe [rnn] and its name 'rnn' in [export]; give both or neither.",
    )
    names = export.names
    yield (
        len(names) != len(set(names)),
        f"export names {', '.join(names)}; give each model a name of its own.",
    )
    yield (
        bool(export.combination.averaged_with),
        "export, combination has models to average with; an average is a model of its own, under"
        " [export.average].",
    )
    yield (
        export.region is not None and export.region.model in names,
        f"export names {', '.join(names)}, and one of them is the model that finds the region; give"
        " it a name of its own.",
    )
    average = export.average
    yield (
        average is not None and average.name in average.combination.averaged_with,
        "export, average names itself in averaged_with; take that out.",
    )
