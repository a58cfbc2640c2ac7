"""What a worker hands back, as files in its private folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.volume import Volume

if TYPE_CHECKING:
    from PancreasSegLib.segmenter.segmentation import Segmentation

MASK_FILE = "mask.npy"
PROBABILITY_FILE = "probability.npy"
REPORT_FILE = "report.json"


@dataclass(frozen=True, eq=False)
class WorkerResult:
    """A `Segmentation` that came from another process.

    mask: uint8 on exactly the scan's grid, 1 = pancreas.
    probability: float32 in [0, 1], if it was asked for; calibrated as in `Segmentation`.
    report: as `Report.as_dict` gives it.
    """

    mask: Volume
    probability: Volume | None
    report: dict[str, Any]

    @property
    def found(self) -> bool:
        """False if no pancreas was found."""
        return bool(self.report["found"])


def write_result(folder: Path, segmentation: Segmentation) -> None:
    """Put a segmentation into `folder`; OutputError if it cannot be written."""
    _write_array(folder / MASK_FILE, segmentation.mask.array)
    if segmentation.probability is not None:
        _write_array(folder / PROBABILITY_FILE, segmentation.probability.array)
    write_json(segmentation.report.as_dict(), folder / REPORT_FILE)


def read_result(folder: Path, grid: Grid) -> WorkerResult:
    """The result in `folder` on the scan's `grid`; OSError or ValueError if it is not whole."""
    report = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
    probability = folder / PROBABILITY_FILE
    return WorkerResult(
        mask=_read_array(folder / MASK_FILE, grid),
        probability=_read_array(probability, grid) if probability.exists() else None,
        report=report,
    )


def _write_array(path: Path, array: np.ndarray) -> None:
    with atomic_file(path) as unfinished, unfinished.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def _read_array(path: Path, grid: Grid) -> Volume:
    array = np.load(path)
    if array.shape != grid.shape:
        raise ValueError(f"{path.name} has the shape {array.shape}, the scan {grid.shape}")
    return Volume(array, grid.affine)
