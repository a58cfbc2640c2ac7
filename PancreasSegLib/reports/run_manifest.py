"""The manifest of a run: all that its mask depends on, so that it can be made again and compared.

Paths that the user gave are in it, and hashes; nothing of the scan's header.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.sha256 import sha256_of_file
from PancreasSegLib.models.table import read_table
from PancreasSegLib.segmenter.notice import NOTICE
from PancreasSegLib.segmenter.segmentation import Segmentation
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.scan_files import scan_files


@dataclass(frozen=True)
class RunManifest:
    """JSON-ready by `write_run_manifest`.

    scan, scan_sha256: its path, and the hash of its file or files (`sha256_of_scan`).
    series, phase: which of several of a DICOM scan was asked for, as the user wrote it.
    model: as it was asked for; roi: the user's region, LPS mm, or None; device: as asked for.
    weights_sha256: of each network that took part, by its model's name. settings_sha256: of what
    else the masks of these models depend on, as `Manifest` has it; empty in earlier versions.
    mask_sha256: of the mask's voxels, in the scan's order. volume_ml: its volume.
    ran_on: device, precision and threads that it really ran with; versions: of the software.
    There is no seed: nothing in a segmentation is drawn by lot.
    """

    scan: str
    scan_sha256: str
    model: str
    roi: PatientBox | None
    device: str
    weights_sha256: dict[str, str]
    mask_sha256: str
    volume_ml: float
    ran_on: dict[str, str]
    versions: dict[str, str]
    seconds: dict[str, float]
    notice: str = NOTICE
    series: str | None = None
    phase: int | None = None
    settings_sha256: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        scan: Path,
        model: str | Path,
        roi: PatientBox | None,
        device: str,
        segmentation: Segmentation,
        series: str | None = None,
        phase: int | None = None,
    ) -> RunManifest:
        """That of a run which has just ended."""
        report = segmentation.report
        region = [] if report.region_model is None else [report.region_model]
        models = [report.model, *report.averaged_with, *region]
        return cls(
            scan=str(scan.resolve()),
            scan_sha256=sha256_of_scan(scan),
            model=str(model),
            roi=roi,
            device=device,
            weights_sha256={one["name"]: one["weights_sha256"] for one in models},
            mask_sha256=hashlib.sha256(segmentation.mask.array.tobytes()).hexdigest(),
            volume_ml=report.volume_ml,
            ran_on={
                "device": report.device,
                "precision": report.precision,
                "threads": str(torch.get_num_threads()),
                "processor": platform.machine(),
                "system": platform.system(),
            },
            versions=report.versions | {"Python": platform.python_version()},
            seconds=report.seconds,
            series=series,
            phase=phase,
            settings_sha256={one["name"]: one["settings_sha256"] for one in models},
        )

    def differences(self, other: RunManifest) -> list[str]:
        """What of two runs is not the same, as lines for people: "threads: 2, now 4"."""
        lines = []
        for name in ("scan_sha256", "roi"):
            before, now = getattr(self, name), getattr(other, name)
            if before != now:
                lines.append(f"{name}: {before}, now {now}")
        for name in ("weights_sha256", "ran_on", "versions"):
            lines += _changed(getattr(self, name), getattr(other, name))
        if self.settings_sha256:  # earlier versions did not note them
            changed = _changed(self.settings_sha256, other.settings_sha256)
            lines += [f"settings of {line}" for line in changed]
        return lines


def _changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return [
        f"{key}: {before.get(key)}, now {now.get(key)}"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    ]


def write_run_manifest(manifest: RunManifest, path: Path) -> None:
    """Write it as JSON; raises `OutputError` where that cannot be."""
    write_json(dataclasses.asdict(manifest), path)


def read_run_manifest(path: Path) -> RunManifest:
    """Read it; raises `InputError` where it cannot be read, or is something else."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"The manifest {path} cannot be read as JSON ({error}); give one that --manifest wrote."
        ) from None
    manifest: RunManifest = read_table(RunManifest, content, f"The manifest {path}")
    return manifest


def sha256_of_scan(path: Path) -> str:
    """Of the file; of several (`scan_files`) one of their names and contents.

    Raises InputError and OSError for what cannot be opened.
    """
    files = scan_files(path)
    if list(files.values()) == [path]:
        return sha256_of_file(path)
    together = hashlib.sha256()
    for name, file in files.items():
        together.update(name.encode("utf-8", "surrogateescape"))
        together.update(bytes.fromhex(sha256_of_file(file)))
    return together.hexdigest()
