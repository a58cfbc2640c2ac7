"""What a worker is asked to do, as files in its private folder.

Of the scan only the voxels, their geometry and the modality are handed over: no header, no path.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

JOB_FILE = "job.json"
SCAN_FILE = "scan.npy"


@dataclass(frozen=True, eq=False)
class Job:
    """The arguments of `Segmenter` and of its `segment`.

    model: a bundled model's name, or the path of a manifest.
    roi: where to look, LPS mm; None for the coarse model's answer.
    parent: number of the process that asks; the worker does not outlive it.
    """

    scan: Volume
    model: str
    device: str
    roi: PatientBox | None
    keep_probability: bool
    parent: int


def write_job(
    folder: Path,
    volume: Volume,
    model: str,
    device: str,
    roi: PatientBox | None,
    keep_probability: bool,
) -> None:
    """Put a job of this process into `folder`; OSError if it cannot be written."""
    content = {
        "frame": volume.frame.tolist(),
        "modality": volume.modality,
        "model": model,
        "device": device,
        "roi": None if roi is None else [roi.low, roi.high],
        "keep_probability": keep_probability,
        "parent": os.getpid(),
    }
    np.save(folder / SCAN_FILE, volume.array, allow_pickle=False)
    (folder / JOB_FILE).write_text(json.dumps(content), encoding="utf-8")


def read_job(folder: Path) -> Job:
    """The job in `folder`; InputError if there is none."""
    try:
        content = json.loads((folder / JOB_FILE).read_text(encoding="utf-8"))
        array = np.load(folder / SCAN_FILE)
    except OSError as error:
        raise InputError(
            f"The folder {folder} holds no job; PancreasSegLib.worker.client makes one and starts "
            "the worker on it."
        ) from error
    roi = content["roi"]
    return Job(
        scan=Volume(array, np.array(content["frame"]), content["modality"]),
        model=content["model"],
        device=content["device"],
        roi=None if roi is None else PatientBox(tuple(roi[0]), tuple(roi[1])),
        keep_probability=content["keep_probability"],
        parent=content["parent"],
    )
