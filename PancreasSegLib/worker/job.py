"""What a worker is asked to do, as files in its private folder.

Of the scan only the voxels, their geometry and the modality are handed over: no header, no path.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

JOB_FILE = "job.json"
SCAN_FILE = "scan.npy"


def write_job(folder: Path, job: Job) -> None:
    """Put a job of this process into `folder`; OSError or OutputError if it cannot be."""
    content = {
        "affine": job.scan.affine.tolist(),
        "modality": job.scan.modality,
        "model": str(job.model),
        "region": None if job.region is None else [job.region.low, job.region.high],
        "device": job.device,
        "keep_probability": job.keep_probability,
        "parent": os.getpid(),
    }
    np.save(folder / SCAN_FILE, job.scan.array, allow_pickle=False)
    write_json(content, folder / JOB_FILE)


def read_job(folder: Path) -> tuple[Job, int]:
    """The job in `folder`, and the number of the process that asks: the worker does not outlive it.

    Raises InputError if there is none.
    """
    try:
        content = json.loads((folder / JOB_FILE).read_text(encoding="utf-8"))
        array = np.load(folder / SCAN_FILE)
    except OSError as error:
        raise InputError(
            f"The folder {folder} holds no job; PancreasSegLib.worker.client makes one and starts "
            "the worker on it."
        ) from error
    region = content["region"]
    job = Job(
        scan=Volume(array, np.array(content["affine"]), content["modality"]),
        model=content["model"],
        region=None if region is None else PatientBox(tuple(region[0]), tuple(region[1])),
        device=content["device"],
        keep_probability=content["keep_probability"],
    )
    return job, content["parent"]
