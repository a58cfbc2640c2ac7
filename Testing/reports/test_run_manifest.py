"""The manifest of a run: what is in it, and what differs between two."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.reports.run_manifest import (
    RunManifest,
    read_run_manifest,
    sha256_of_scan,
    write_run_manifest,
)
from PancreasSegLib.volume.patient_box import PatientBox
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import ct_series, even, write

MANIFEST = RunManifest(
    scan="/scans/one.nii.gz",
    scan_sha256="a" * 64,
    model="jac64-ct",
    roi=PatientBox((0.0, 1.0, 2.0), (3.0, 4.0, 5.0)),
    device="auto",
    weights_sha256={"jac64-ct": "b" * 64},
    mask_sha256="c" * 64,
    volume_ml=80.0,
    ran_on={"threads": "2"},
    versions={"torch": "2.13.0"},
    seconds={"Finding the pancreas": 0.5},
    settings_sha256={"jac64-ct": "1" * 64},
)


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    write_run_manifest(MANIFEST, tmp_path / "run.json")

    assert read_run_manifest(tmp_path / "run.json") == MANIFEST


def test_two_runs_of_the_same_kind_have_no_differences_whatever_their_time_and_mask() -> None:
    again = dataclasses.replace(MANIFEST, seconds={}, mask_sha256="d" * 64, volume_ml=1.0)

    assert MANIFEST.differences(again) == []


def test_what_differs_is_told_by_name() -> None:
    other = dataclasses.replace(
        MANIFEST,
        weights_sha256={"jac64-ct": "e" * 64},
        ran_on={"threads": "4"},
        versions={"torch": "2.13.0", "Python": "3.12.1"},
    )

    assert MANIFEST.differences(other) == [
        f"jac64-ct: {'b' * 64}, now {'e' * 64}",
        "threads: 2, now 4",
        "Python: None, now 3.12.1",
    ]


def test_settings_of_a_model_that_differ_are_told_with_its_name() -> None:
    other = dataclasses.replace(MANIFEST, settings_sha256={"jac64-ct": "2" * 64})

    assert MANIFEST.differences(other) == [
        f"settings of jac64-ct: {'1' * 64}, now {'2' * 64}",
    ]


def test_a_manifest_of_an_earlier_version_is_read_and_has_no_settings_to_differ(
    tmp_path: Path,
) -> None:
    content = dataclasses.asdict(MANIFEST)
    del content["settings_sha256"]
    (tmp_path / "run.json").write_text(json.dumps(content), encoding="utf-8")

    earlier = read_run_manifest(tmp_path / "run.json")

    assert earlier.settings_sha256 == {}
    assert earlier.differences(MANIFEST) == []


@pytest.mark.parametrize("content", ["", "{}", '{"scan": 3}'])
def test_another_file_is_refused_by_name(content: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(InputError) as refusal:
        read_run_manifest(path)

    assert_tells(refusal.value, str(path))


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "scan.nii.gz").write_bytes(b"one")

    assert sha256_of_scan(tmp_path / "scan.nii.gz") == hashlib.sha256(b"one").hexdigest()


@pytest.mark.parametrize("suffix", [".mhd", ".nhdr"])
def test_the_hash_of_a_header_changes_with_its_data_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((2, 3, 4), np.int16)), str(path))
    before = sha256_of_scan(path)
    (data,) = (file for file in tmp_path.iterdir() if file != path)

    data.write_bytes(bytes(len(data.read_bytes()) - 1) + b"1")
    assert sha256_of_scan(path) != before


def test_the_hash_of_a_series_is_that_of_names_and_contents_and_of_no_other_file(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "scan", ct_series(even(3)))
    expected = hashlib.sha256()
    for name in ("0898.dcm", "0899.dcm", "0900.dcm"):
        content = hashlib.sha256((folder / name).read_bytes()).digest()
        expected.update(name.encode() + content)

    assert sha256_of_scan(folder) == expected.hexdigest()
    (folder / "mask.nii.gz").write_bytes(b"mask")
    assert sha256_of_scan(folder) == expected.hexdigest()


def test_the_hash_of_a_series_changes_with_any_of_its_files(tmp_path: Path) -> None:
    write(tmp_path, ct_series(even(2)), "{}")
    before = sha256_of_scan(tmp_path)

    (tmp_path / "899").rename(tmp_path / "3")

    assert sha256_of_scan(tmp_path) != before
    (tmp_path / "3").rename(tmp_path / "899")
    assert sha256_of_scan(tmp_path) == before
