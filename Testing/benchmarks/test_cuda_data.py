"""The packed scans train as the scans themselves do."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
from PancreasSegLib.volume import patient_grid, read_mask, read_volume, write_mask, write_volume
from Testing.benchmarks import cuda_data


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    phantom = synthetic_ct(spacing_mm=(4.0, 4.0, 5.0))
    folder = tmp_path / "scans"
    folder.mkdir()
    write_volume(phantom.image, folder / "a.nii.gz")
    write_mask(phantom.pancreas, folder / "a_pancreas.nii.gz")
    write_volume(phantom.organs, folder / "a_organs.nii.gz")
    return folder


def test_a_scan_is_packed_on_the_coarse_grid_within_the_window(scans: Path, tmp_path: Path) -> None:
    output = tmp_path / "data.tar"

    cuda_data.main([str(scans), "--output", str(output)])

    with tarfile.open(output) as archive:
        archive.extractall(tmp_path / "packed", filter="data")
    packed = tmp_path / "packed" / "scans"
    scan, whole = read_volume(packed / "a.nii.gz"), read_volume(scans / "a.nii.gz")
    assert scan.grid.is_same_as(patient_grid(whole.grid, (3.0, 3.0, 3.0)))
    assert patient_grid(scan.grid, (3.0, 3.0, 3.0)).is_same_as(scan.grid)
    assert (scan.array.min(), scan.array.max()) == (-100, 240)
    mask, reference = (read_mask(folder / "a_pancreas.nii.gz") for folder in (packed, scans))
    assert mask.array.sum() * mask.grid.voxel_ml == pytest.approx(
        reference.array.sum() * reference.grid.voxel_ml, rel=0.1
    )
    organs = read_volume(packed / "a_organs.nii.gz")
    assert {1, 2, 3, 4, 5, 6, 7, 8} <= set(np.unique(organs.array).astype(int).tolist())


def test_coarse_stages_of_a_cross_validation_go_along(scans: Path, tmp_path: Path) -> None:
    models = tmp_path / "cv" / "fold-2" / "models"
    models.mkdir(parents=True)
    for name in ("coarse-ct.json", "coarse-ct.pt", "unet32-ct.pt"):
        (models / name).write_text("", encoding="utf-8")
    output = tmp_path / "data.tar"

    cuda_data.main([str(scans), "--output", str(output), "--coarse", str(tmp_path / "cv")])

    with tarfile.open(output) as archive:
        names = [name for name in archive.getnames() if name.startswith("folds")]
    assert names == [f"folds/fold-2/models/coarse-ct.{suffix}" for suffix in ("json", "pt")]
