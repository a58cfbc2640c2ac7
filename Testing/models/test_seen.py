"""Whom a model has seen: its own training, and that of every network that takes part in a mask."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models import Combination, Manifest, Model, RegionStage
from PancreasSegLib.models.seen import Seen, seen_by, seen_by_weights

AddModel = Callable[[Path, str], Manifest]


def seeing(manifest: Manifest, folder: Path, seen: Seen) -> Model:
    """The model once more, with what it has seen."""
    manifest = dataclasses.replace(manifest, training={"seen": seen.as_dict()})
    manifest.to_file(folder / f"{manifest.name}.json")
    return Model(manifest, folder)


def test_a_model_has_seen_what_its_region_model_and_those_it_is_averaged_with_have(
    add_model: AddModel, tmp_path: Path
) -> None:
    seeing(add_model(tmp_path, "coarse"), tmp_path, Seen(frozenset("c"), frozenset(["p"])))
    seeing(add_model(tmp_path, "other"), tmp_path, Seen(frozenset("b")))
    mean = dataclasses.replace(
        add_model(tmp_path, "mean"),
        region=RegionStage("coarse", (9.0, 9.0, 9.0)),
        combination=Combination(("other",)),
    )

    model = seeing(mean, tmp_path, Seen(frozenset("a")))

    assert seen_by_weights(model) == Seen(frozenset("a"))
    assert seen_by(model) == Seen(frozenset("abc"), frozenset(["p"]))
    assert seen_by(model).names == {"a", "b", "c", "p"}


def test_a_model_that_does_not_tell_is_refused(add_model: AddModel, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"'small' in .* does not tell which scans its weights"):
        seen_by(Model(add_model(tmp_path, "small"), tmp_path))
