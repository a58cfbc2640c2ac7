"""The files between both processes keep every bit."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.volume import Grid, Volume
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.worker.job import read_job, write_job
from PancreasSegLib.worker.result import MASK_FILE, REPORT_FILE, read_result


def test_a_job_comes_back_as_it_was(tmp_path: Path, scan: Volume) -> None:
    region = PatientBox((-1.1, 2.2, 3.3), (4.4, 5.5, 1 / 3 + 6))

    write_job(tmp_path, Job(scan, "größer.json", region, "cuda:1", True))
    job, parent = read_job(tmp_path)

    assert job.scan.array.dtype == np.int16
    assert job.scan.array.tobytes() == scan.array.tobytes()
    assert job.scan.affine.tobytes() == scan.affine.tobytes()
    assert job.scan.modality == "CT"
    assert (job.model, job.device) == ("größer.json", "cuda:1")
    assert job.region == region
    assert job.keep_probability is True
    assert parent == os.getpid()


@pytest.mark.parametrize("dtype", ["float64", ">i2", "uint8"])
def test_a_scan_of_any_type_and_order_in_memory_keeps_its_values(
    dtype: str, tmp_path: Path
) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype).transpose(2, 0, 1)

    write_job(tmp_path, Job(Volume(array, np.eye(4))))
    job, _ = read_job(tmp_path)

    assert job.scan.array.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(job.scan.array, array)
    assert job.region is None and job.scan.modality is None


def test_a_folder_without_a_job_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no job") as failure:
        read_job(tmp_path)

    assert str(tmp_path) in str(failure.value)


def test_a_result_of_another_shape_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / MASK_FILE, np.zeros((2, 3, 4), dtype=np.uint8))
    (tmp_path / REPORT_FILE).write_text(json.dumps({"found": False}), encoding="utf-8")

    whole = read_result(tmp_path, Grid((2, 3, 4), np.eye(4)))
    with pytest.raises(ValueError, match=r"mask.npy has the shape \(2, 3, 4\)"):
        read_result(tmp_path, Grid((2, 3, 5), np.eye(4)))

    assert not whole.found and whole.mask.array.shape == (2, 3, 4) and whole.probability is None
