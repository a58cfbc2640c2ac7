"""Which data a configuration trains on: names, and a hash of all files, wherever they lie."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PancreasSegLib.files.sha256 import sha256_of_file
from PancreasSegLib.training.data.cases import Case, LooseSlice, find_loose_slices
from PancreasSegLib.training.data.training_set import find_scans
from PancreasSegLib.training.recipe.config import TrainingConfig
from PancreasSegLib.volume.scan_files import scan_files


def data_fingerprint(config: TrainingConfig) -> dict[str, Any]:
    """Scans and loose slices of `config`, and the SHA-256 of their files with their references.

    Those that validate or are held out are in it, too. Of loose slices also what is assumed of
    them: spacing, and what their grey levels mean.
    """
    scans = find_scans(config)
    slices = []
    for source in config.data.slices:
        found = find_loose_slices(source, config.path(source.folder))
        assumed = {"spacing_mm": source.spacing_mm, "modality": source.modality}
        grey = {meaning: dataclasses.asdict(mapping) for meaning, mapping in source.grey.items()}
        slices.append({"count": len(found), "sha256": files_sha256(found), **assumed, "grey": grey})
    flipped = {"rows_flipped": True} if any(case.rows_flipped for case in scans) else {}
    others = {case.modality for case in scans} - {None, config.data.modality}
    drawn: dict[str, Any] = {}
    if others:
        labels = {case.organ_labels for case in scans if case.modality in others}
        drawn = {"drawn_from": sorted(map(str, others)), "organs": sorted(labels)}
    return {
        "modality": config.data.modality,
        "scans": [case.name for case in scans],
        "labels": sorted({str(case.label) for case in scans if case.label is not None}),
        "sha256": files_sha256(scans),
        "loose_slices": slices,
        **flipped,
        **drawn,
    }


def files_sha256(items: Sequence[Case | LooseSlice]) -> str:
    """One hash of all names and files, whatever the order and the folder."""
    hashes = sorted(" ".join([item.name, *map(_of_path, item.files)]) for item in items)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _of_path(path: Path) -> str:
    """Of a file, or of all that a scan in several is made of."""
    hashes = []
    for file in scan_files(path).values():
        status = file.stat()
        hashes.append(_of_file(file, status.st_mtime_ns, status.st_size))
    return " ".join(hashes)


@cache
def _of_file(path: Path, modified_ns: int, size: int) -> str:
    """Read once, as long as the file stays as it is: every fold asks again."""
    return sha256_of_file(path)
