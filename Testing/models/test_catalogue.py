import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models import (
    Combination,
    Manifest,
    Model,
    RegionStage,
    Window,
    find_averaged_models,
    find_model,
    find_region_model,
    list_models,
)
from Testing.sentences import assert_tells

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
    assert_tells(caught.value, "'rnn9'", f"{tmp_path}", "coarse, small", ".json file")


def test_the_region_model_beside_a_model_is_taken(add_model: AddModel, tmp_path: Path) -> None:
    coarse = add_model(tmp_path, "coarse")
    fine = dataclasses.replace(
        add_model(tmp_path, "fine"), region=RegionStage("coarse", (9.0, 9.0, 9.0))
    )
    assert find_region_model(Model(fine, tmp_path)) == Model(coarse, tmp_path)


def test_a_model_for_whole_scans_has_no_region_model(manifest: Manifest, tmp_path: Path) -> None:
    assert find_region_model(Model(manifest, tmp_path)) is None


def test_the_models_to_average_with_are_taken_from_beside_a_model(
    add_model: AddModel, tmp_path: Path
) -> None:
    others = [Model(add_model(tmp_path, name), tmp_path) for name in ("coronal", "sagittal")]
    mean = dataclasses.replace(
        add_model(tmp_path, "mean"), combination=Combination(("coronal", "sagittal"))
    )

    assert find_averaged_models(Model(mean, tmp_path)) == others
    assert find_averaged_models(others[0]) == []


def test_models_of_another_modality_are_not_averaged(add_model: AddModel, tmp_path: Path) -> None:
    add_model(tmp_path, "other")
    mean = dataclasses.replace(
        add_model(tmp_path, "mean"), combination=Combination(("other",)), modality="MR"
    )

    with pytest.raises(WeightsError) as refusal:
        find_averaged_models(Model(mean, tmp_path))

    assert_tells(refusal.value, "'mean' of MR", "'other', which is of CT", "one modality")


def test_models_of_other_grids_and_windows_are_averaged(
    add_model: AddModel, tmp_path: Path
) -> None:
    add_model(tmp_path, "other")
    mean = dataclasses.replace(
        add_model(tmp_path, "mean"),
        combination=Combination(("other",)),
        spacing_mm=(2.0, 2.0, 2.0),
        window=Window("hu", 0.0, 1.0),
    )

    assert [other.manifest.name for other in find_averaged_models(Model(mean, tmp_path))] == [
        "other"
    ]


def test_a_model_that_another_names_is_never_taken_from_the_working_folder(
    add_model: AddModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    add_model(tmp_path / "elsewhere", "coarse")
    monkeypatch.chdir(tmp_path / "elsewhere")
    stage = RegionStage("coarse.json", (9.0, 9.0, 9.0))
    fine = dataclasses.replace(add_model(tmp_path, "fine"), region=stage)

    with pytest.raises(WeightsError, match=r"There is no model 'coarse\.json'"):
        find_region_model(Model(fine, tmp_path))
