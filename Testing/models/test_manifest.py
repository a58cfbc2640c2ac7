import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from PancreasSegLib.errors import OutputError, WeightsError
from PancreasSegLib.models import Combination, Manifest, RegionStage, Window
from Testing.sentences import assert_tells


def test_a_manifest_comes_back_from_its_file_as_it_was(manifest: Manifest, tmp_path: Path) -> None:
    region = RegionStage("coarse-ct", (20.0, 20.0, 15.0), (200.0, 150.0, 150.0))
    curve = ((0.0, 0.0), (0.25, 0.125), (0.875, 0.75))
    written = dataclasses.replace(
        manifest,
        region=region,
        combination=Combination(("other",), "median", 2.0, True, 0.25, 0.5),
        calibration=curve,
        title="Bauchspeicheldrüse",
    )
    written.to_file(tmp_path / "small.json")
    assert Manifest.from_file(tmp_path / "small.json") == written
    assert [file.name for file in tmp_path.iterdir()] == ["small.json"]


def test_a_manifest_is_read_again_only_when_its_file_was_changed(
    manifest: Manifest, tmp_path: Path
) -> None:
    path = tmp_path / "small.json"
    manifest.to_file(path)
    first = Manifest.from_file(path)
    assert Manifest.from_file(path) is first

    dataclasses.replace(manifest, title="Another title").to_file(path)

    assert Manifest.from_file(path).title == "Another title"


@pytest.mark.parametrize(
    "changed",
    [
        {"combination": Combination(threshold=0.25)},
        {"combination": Combination(smoothing_mm=1.0)},
        {"window": Window("hu", -150.0, 240.0)},
        {"region": RegionStage("coarse-ct", (9.0, 9.0, 9.0))},
        {"calibration": ((0.0, 0.0), (1.0, 1.0))},
    ],
)
def test_the_hash_of_the_settings_changes_with_what_a_mask_depends_on(
    changed: dict[str, Any], manifest: Manifest, tmp_path: Path
) -> None:
    other = dataclasses.replace(manifest, **changed)
    other.to_file(tmp_path / "other.json")

    assert other.settings_sha256 != manifest.settings_sha256
    assert Manifest.from_file(tmp_path / "other.json").settings_sha256 == other.settings_sha256


def test_the_hash_of_the_settings_stays_where_words_and_weights_change(manifest: Manifest) -> None:
    other = dataclasses.replace(manifest, title="x", measured={"dice": 1}, sha256="a" * 64)

    assert other.settings_sha256 == manifest.settings_sha256


def test_a_region_without_a_least_size_has_none(manifest: Manifest, tmp_path: Path) -> None:
    content = dataclasses.replace(manifest, region=RegionStage("coarse", (9.0, 9.0, 9.0))).as_dict()
    del content["region"]["least_mm"]

    region = Manifest.from_dict(content, tmp_path / "small.json").region

    assert region == RegionStage("coarse", (9.0, 9.0, 9.0), (0.0, 0.0, 0.0))


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert_tells(caught.value, f"{path}", "missing", "put it back beside its weights")


def test_a_manifest_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{'name':")
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert_tells(caught.value, f"{path}", "not a readable JSON file")


def combination(**changed: Any) -> dict[str, Any]:
    return {"combination": dataclasses.asdict(Combination()) | changed}


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"task": "liver"}, "task", "'liver'"),
        ({"modality": "PET"}, "modality", "'PET'"),
        ({"title": 5}, "title", "5"),
        ({"name": ""}, "name", "''"),
        ({"network": "JAC"}, "network", "'JAC'"),
        ({"spacing_mm": [1, 0, 1]}, "spacing_mm", "[1.0, 0.0, 1.0]"),
        ({"spacing_mm": [1, 1]}, "spacing_mm", "2"),
        ({"spacing_mm": [1, 1, float("nan")]}, "spacing_mm", "nan"),
        ({"field_of_view_mm": [9, -9, 9]}, "field_of_view_mm", "[9.0, -9.0, 9.0]"),
        ({"window": {"kind": "hu", "low": 240, "high": -100}}, "window, low", "240"),
        ({"window": {"kind": "log", "low": 0, "high": 1}}, "window, kind", "'log'"),
        ({"window": 5}, "window", "5"),
        ({"views": ["axial", "oblique"]}, "views", "'oblique'"),
        ({"views": ["axial", "axial"]}, "views", "['axial', 'axial']"),
        ({"views": []}, "views", "[]"),
        ({"organs": ["aorta", "liver"]}, "organs", "['aorta', 'liver']"),
        ({"organs": "aorta"}, "organs", "'aorta'"),
        (combination(smoothing_mm=-1), "combination, smoothing_mm", "-1"),
        (combination(intensity_likelihood=1), "combination, intensity_likelihood", "1"),
        (combination(averaged_by="vote"), "combination, averaged_by", "'vote'"),
        (combination(averaged_with="other"), "combination, averaged_with", "'other'"),
        (combination(averaged_with=["../x"]), "combination, averaged_with", "'../x'"),
        (combination(threshold=1.5), "combination, threshold", "1.5"),
        (combination(threshold=True), "combination, threshold", "True"),
        (combination(least_component=2), "combination, least_component", "2"),
        ({"region": {"model": "c", "margin_mm": [1, -1, 1]}}, "region, margin_mm", "-1"),
        ({"region": {"model": "../x", "margin_mm": [1, 1, 1]}}, "region, model", "'../x'"),
        ({"region": {"model": "a\\b", "margin_mm": [1, 1, 1]}}, "region, model", "'a\\b'"),
        *(
            ({"calibration": curve}, "calibration", "")
            for curve in (0.5, [0.5], [[0, 0, 0]], [[0, 2]], [[0.5, 0], [0.5, 1]], [[0, 1], [1, 0]])
        ),
        ({"weights": "../other.pt"}, "weights", "'../other.pt'"),
        ({"sha256": "abc"}, "sha256", "'abc'"),
    ],
)
def test_an_invalid_field_is_named_with_its_value(
    manifest: Manifest, changed: dict[str, Any], field: str, value: str, tmp_path: Path
) -> None:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(manifest.as_dict() | changed))
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"The manifest {path}, {field} ")
    assert value in sentence


@pytest.mark.parametrize("field", ["threshold", "averaged_with", "colour"])
def test_a_field_of_an_earlier_form_or_an_unknown_one_is_refused(
    manifest: Manifest, field: str, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match=f"small.json has an unknown entry '{field}'; known"):
        Manifest.from_dict(manifest.as_dict() | {field: 1}, tmp_path / "small.json")


OPTIONAL = {"calibration", "views", "organs", "combination", "region", "field_of_view_mm"}


def test_what_a_manifest_may_leave_out_has_the_default_of_one_axial_network(
    manifest: Manifest, tmp_path: Path
) -> None:
    content = dataclasses.replace(
        manifest,
        views=("coronal",),
        combination=Combination(("other",), "median", 2.0, True),
        calibration=((0.5, 0.25),),
    ).as_dict()
    for field in OPTIONAL:
        del content[field]

    assert Manifest.from_dict(content, tmp_path / "small.json") == manifest


@pytest.mark.parametrize(
    "field", sorted({field.name for field in dataclasses.fields(Manifest)} - OPTIONAL)
)
def test_every_other_field_must_be_there(manifest: Manifest, field: str, tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    content = manifest.as_dict()
    del content[field]
    path.write_text(json.dumps(content))
    with pytest.raises(WeightsError, match=f"small.json lacks the entry '{field}'"):
        Manifest.from_file(path)


def test_a_manifest_that_holds_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[1, 2]")
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert_tells(caught.value, f"{path}", "[1, 2]", "table")


def test_a_manifest_for_a_missing_folder_is_refused(manifest: Manifest, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        manifest.to_file(tmp_path / "none" / "small.json")


def test_a_manifest_that_cannot_be_opened_is_named_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "loop.json"
    path.symlink_to(path)
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert_tells(caught.value, f"{path}", "symbolic links", "check the path")
