import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from PancreasSegLib.errors import OutputError, WeightsError
from PancreasSegLib.models import Manifest, RegionStage


def test_a_manifest_comes_back_from_its_file_as_it_was(manifest: Manifest, tmp_path: Path) -> None:
    region = RegionStage("coarse-ct", (20.0, 20.0, 15.0), (200.0, 150.0, 150.0))
    curve = ((0.0, 0.0), (0.25, 0.125), (0.875, 0.75))
    written = dataclasses.replace(
        manifest, region=region, calibration=curve, title="Bauchspeicheldrüse"
    )
    written.to_file(tmp_path / "small.json")
    assert Manifest.from_file(tmp_path / "small.json") == written
    assert [file.name for file in tmp_path.iterdir()] == ["small.json"]


def test_a_region_without_a_least_size_has_none(manifest: Manifest, tmp_path: Path) -> None:
    content = dataclasses.replace(manifest, region=RegionStage("coarse", (9.0, 9.0, 9.0))).as_dict()
    del content["region"]["least_mm"]

    region = Manifest.from_dict(content, tmp_path / "small.json").region

    assert region == RegionStage("coarse", (9.0, 9.0, 9.0), (0.0, 0.0, 0.0))


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert str(caught.value) == (
        f"The manifest {path} is missing; put it back beside its weights, or install PancreasSeg "
        "again."
    )


def test_a_manifest_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{'name':")
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert str(caught.value) == f"The manifest {path} is not a readable JSON file."


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"task": "liver"}, "'task' is 'liver', and must be one of region, pancreas."),
        ({"modality": "PET"}, "'modality' is 'PET', and must be one of CT, MR."),
        ({"name": 5}, "'name' is 5, and must be a text."),
        ({"network": {"channels": 4}}, "'network.kind' is missing."),
        (
            {"spacing_mm": [1, 0, 1]},
            "'spacing_mm' is [1, 0, 1], and must be three lengths [x, y, z] in mm.",
        ),
        (
            {"spacing_mm": [1, 1]},
            "'spacing_mm' is [1, 1], and must be three lengths [x, y, z] in mm.",
        ),
        (
            {"window": {"kind": "hu", "low": 240, "high": -100}},
            "'window.low' is 240, and must be below 'high' (-100).",
        ),
        (
            {"window": {"kind": "log", "low": 0, "high": 1}},
            "'window.kind' is 'log', and must be one of hu, percentile.",
        ),
        (
            {"views": ["axial", "oblique"]},
            "'views' must name some of axial, coronal, sagittal, each once.",
        ),
        (
            {"smoothing_mm": -1},
            "'smoothing_mm' is -1, and must be a length in mm, 0 or more.",
        ),
        (
            {"intensity_likelihood": 1},
            "'intensity_likelihood' is 1, and must be true or false.",
        ),
        (
            {"averaged_by": "vote"},
            "'averaged_by' is 'vote', and must be one of mean, median.",
        ),
        (
            {"averaged_with": "other"},
            "'averaged_with' is 'other', and must be a list of texts.",
        ),
        (
            {"region": {"model": "coarse", "margin_mm": [1, -1, 1]}},
            "'region.margin_mm' is [1, -1, 1], and must be three lengths [x, y, z] in mm.",
        ),
        ({"threshold": 1.5}, "'threshold' is 1.5, and must be between 0 and 1."),
        ({"threshold": True}, "'threshold' is True, and must be a number."),
        ({"least_component": 2}, "'least_component' is 2, and must be a share from 0 to 1."),
        *(
            (
                {"calibration": curve},
                "'calibration' must be a list of rising points [x, y] from 0 to 1.",
            )
            for curve in (0.5, [0.5], [[0, 0, 0]], [[0, 2]], [[0.5, 0], [0.5, 1]], [[0, 1], [1, 0]])
        ),
        (
            {"weights": "../other.pt"},
            "'weights' is '../other.pt', and must be a file name without a folder.",
        ),
        ({"sha256": "abc"}, "'sha256' is 'abc', and must be a SHA-256 of 64 hexadecimal digits."),
    ],
)
def test_an_invalid_field_is_named_with_its_value(
    manifest: Manifest, changed: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(manifest.as_dict() | changed))
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert str(caught.value) == f"In the manifest {path} the field {sentence}"


def test_a_manifest_without_a_calibration_has_none(manifest: Manifest, tmp_path: Path) -> None:
    content = dataclasses.replace(manifest, calibration=((0.5, 0.25),)).as_dict()
    del content["calibration"]

    assert Manifest.from_dict(content, tmp_path / "small.json").calibration == ()


def test_a_manifest_without_views_is_axial_and_of_one_network_alone(
    manifest: Manifest, tmp_path: Path
) -> None:
    content = dataclasses.replace(
        manifest,
        views=("coronal",),
        averaged_with=("other",),
        averaged_by="median",
        smoothing_mm=2.0,
        intensity_likelihood=True,
    ).as_dict()
    for field in OPTIONAL - {"calibration"}:
        del content[field]

    assert Manifest.from_dict(content, tmp_path / "small.json") == manifest


OPTIONAL = {
    "calibration",
    "views",
    "averaged_with",
    "averaged_by",
    "smoothing_mm",
    "intensity_likelihood",
}


@pytest.mark.parametrize(
    "field", sorted({field.name for field in dataclasses.fields(Manifest)} - OPTIONAL)
)
def test_every_other_field_must_be_there(manifest: Manifest, field: str, tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    content = manifest.as_dict()
    del content[field]
    path.write_text(json.dumps(content))
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert str(caught.value) == f"In the manifest {path} the field '{field}' is missing."


def test_a_manifest_that_holds_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[1, 2]")
    with pytest.raises(WeightsError) as caught:
        Manifest.from_file(path)
    assert str(caught.value) == f"The manifest {path} must be a JSON object."


def test_a_manifest_for_a_missing_folder_is_refused(manifest: Manifest, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        manifest.to_file(tmp_path / "none" / "small.json")
