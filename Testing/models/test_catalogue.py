import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models import (
    Manifest,
    Model,
    RegionStage,
    find_model,
    find_region_model,
    list_models,
)

AddModel = Callable[[Path, str], Manifest]


def test_the_models_of_a_folder_are_listed_by_name(add_model: AddModel, tmp_path: Path) -> None:
    for name in ("wide", "coarse", "small"):
        add_model(tmp_path, name)
    assert [m.manifest.name for m in list_models(tmp_path)] == ["coarse", "small", "wide"]


def test_a_model_is_found_by_name(add_model: AddModel, tmp_path: Path) -> None:
    manifest = add_model(tmp_path, "small")
    assert find_model("small", tmp_path) == Model(manifest, tmp_path)


@pytest.mark.parametrize("suffix", [".json", ".pt"])
def test_a_model_is_found_by_the_path_of_its_manifest_or_weights(
    add_model: AddModel, suffix: str, tmp_path: Path
) -> None:
    manifest = add_model(tmp_path, "small")
    assert find_model(tmp_path / f"small{suffix}") == Model(manifest, tmp_path)


def test_an_unknown_name_is_answered_with_the_known_ones(
    add_model: AddModel, tmp_path: Path
) -> None:
    add_model(tmp_path, "small")
    add_model(tmp_path, "coarse")
    with pytest.raises(WeightsError) as caught:
        find_model("rnn9", tmp_path)
    assert str(caught.value) == (
        f"There is no model 'rnn9' in {tmp_path}; known models: coarse, small. A model of your "
        "own is named by the path of its .json file."
    )


def test_the_region_model_beside_a_model_is_taken(add_model: AddModel, tmp_path: Path) -> None:
    coarse = add_model(tmp_path, "coarse")
    fine = dataclasses.replace(
        add_model(tmp_path, "fine"), region=RegionStage("coarse", (9.0, 9.0, 9.0))
    )
    assert find_region_model(Model(fine, tmp_path)) == Model(coarse, tmp_path)


def test_a_model_for_whole_scans_has_no_region_model(manifest: Manifest, tmp_path: Path) -> None:
    assert find_region_model(Model(manifest, tmp_path)) is None
